package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Rows picked from an embedding, gradients added back, and elements moved.
public class Indexing extends KernelBenchmark {
    private static final int WORDS = 10_000;
    private static final int WIDTH = 256;
    private static final int PICKED = 2048;

    /// Which way the elements go.
    public enum Kind {
        GATHER,
        SCATTER_ADD,
        TRANSPOSE,
        CONCAT
    }

    @Param
    public Kind kind;

    @Override
    Task task() {
        var rng = new Rng(1);
        int[] picked = new int[PICKED];
        for (int i = 0; i < PICKED; i++) picked[i] = rng.nextInt(WORDS);
        Tensor index = Tensor.of(picked, PICKED);
        double row = 4.0 * WIDTH;
        return switch (kind) {
            case GATHER -> {
                Tensor words = Tensor.normal(rng, WORDS, WIDTH);
                yield new Task(Work.bytes(2 * row * PICKED), () -> words.gather(0, index));
            }
            case SCATTER_ADD -> {
                Tensor gradient = Tensor.normal(rng, PICKED, WIDTH);
                yield new Task(Work.bytes(row * (PICKED + WORDS)), () -> gradient.scatterAdd(0, index, WORDS));
            }
            case TRANSPOSE -> {
                Tensor x = Tensor.normal(rng, PICKED, WIDTH);
                yield new Task(Work.bytes(2 * row * PICKED), () -> x.permute(1, 0));
            }
            case CONCAT -> {
                Tensor x = Tensor.normal(rng, PICKED, WIDTH);
                yield new Task(Work.bytes(4 * row * PICKED), () -> Tensor.concat(1, List.of(x, x)));
            }
        };
    }
}
