/// JMH benchmarks of Lamina's operations and models on every backend.
package dev.lamina.benchmarks;
