package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import org.openjdk.jmh.annotations.Param;

/// A million random numbers, and a dropout of as many elements.
public class RandomNumbers extends KernelBenchmark {
    private static final int SIZE = 1 << 20;

    /// Of which distribution.
    public enum Kind {
        UNIFORM,
        NORMAL,
        BERNOULLI,
        DROPOUT
    }

    @Param
    public Kind kind;

    @Override
    Task task() {
        var rng = new Rng(1);
        var written = Work.bytes(4.0 * SIZE);
        return switch (kind) {
            case UNIFORM -> new Task(written, () -> Tensor.uniform(rng, SIZE));
            case NORMAL -> new Task(written, () -> Tensor.normal(rng, SIZE));
            case BERNOULLI -> new Task(written, () -> Tensor.bernoulli(0.5, rng, SIZE));
            case DROPOUT -> {
                Tensor x = Tensor.normal(rng, SIZE);
                yield new Task(Work.bytes(8.0 * SIZE), () -> x.dropout(0.5, rng));
            }
        };
    }
}
