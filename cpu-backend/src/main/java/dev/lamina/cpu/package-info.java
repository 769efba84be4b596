/// The CPU backend. It depends on the core alone, and is the only module that sees `jdk.incubator.vector`.
package dev.lamina.cpu;
