package dev.lamina.benchmarks;

import org.openjdk.jmh.annotations.Param;

/// Matrix products.
public class Gemm extends KernelBenchmark {
    @Param
    public GemmShape shape;

    @Override
    Task task() {
        return shape.task();
    }
}
