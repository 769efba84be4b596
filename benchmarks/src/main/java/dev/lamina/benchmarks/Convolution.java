package dev.lamina.benchmarks;

import org.openjdk.jmh.annotations.Param;

/// Convolutions and their two adjoints.
public class Convolution extends KernelBenchmark {
    @Param
    public ConvShape shape;

    @Param
    public ConvShape.Pass pass;

    @Override
    Task task() {
        return shape.task(pass);
    }
}
