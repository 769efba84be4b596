package dev.lamina.benchmarks;

/// One line of a table of things to measure.
public interface Case {
    /// The work of it, made on the current device.
    Task task();

    /// What is computed, and on which shapes.
    String title();
}
