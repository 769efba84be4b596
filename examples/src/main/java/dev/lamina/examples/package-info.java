/// The `lamina` command line and its runnable models.
package dev.lamina.examples;
