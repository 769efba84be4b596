package dev.lamina.nn;

import dev.lamina.Tensor;

/// Means over windows that cover the input evenly: `x [n, c, any, any] -> y [n, c, h, w]`, as PyTorch lays
/// them.
public record AdaptiveAvgPool2d(int h, int w) implements Layer {
    public AdaptiveAvgPool2d {
        Expect.positive("adaptive_avg_pool2d", "h", h);
        Expect.positive("adaptive_avg_pool2d", "w", w);
    }

    public AdaptiveAvgPool2d(int size) {
        this(size, size);
    }

    @Override
    public Tensor apply(Tensor x) {
        Expect.image("adaptive_avg_pool2d", x);
        return x.adaptiveAvgPool2d(h, w);
    }
}
