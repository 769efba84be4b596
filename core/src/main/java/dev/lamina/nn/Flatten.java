package dev.lamina.nn;

import dev.lamina.Tensor;

/// All axes from `axis` on merged into one: `x [n, c, h, w] -> y [n, c * h * w]`, a free view.
public record Flatten(int axis) implements Layer {
    /// Keeps the batch axis.
    public Flatten() {
        this(1);
    }

    @Override
    public Tensor apply(Tensor x) {
        return x.flatten(axis);
    }
}
