package dev.lamina.op;

import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Gradients that one op computes, when the first of them is asked for.
final class Together {
    private final Supplier<List<Tensor>> compute;
    private List<Tensor> computed;

    private Together(Supplier<List<Tensor>> compute) {
        this.compute = compute;
    }

    static List<Supplier<Tensor>> of(int count, Supplier<List<Tensor>> compute) {
        var together = new Together(compute);
        return IntStream.range(0, count)
                .<Supplier<Tensor>>mapToObj(i -> () -> together.get(i))
                .toList();
    }

    /// Each is asked for in a scope of its own, which the others must outlive.
    private Tensor get(int i) {
        if (computed == null) {
            computed = compute.get();
            computed.forEach(Tensor::keep);
        }
        return computed.get(i);
    }
}
