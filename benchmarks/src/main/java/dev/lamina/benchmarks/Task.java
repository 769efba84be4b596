package dev.lamina.benchmarks;

/// Something to measure on the current device.
///
/// @param body one call, which may still be running on the device when it returns
public record Task(Work work, Runnable body) {}
