package dev.lamina.nn;

import dev.lamina.Tensor;

/// The mean over rows and columns: `x [n, c, h, w] -> y [n, c]`, ready for `Dense`. `new AdaptiveAvgPool2d(1)`
/// keeps the two axes.
public record GlobalAvgPool2d() implements Layer {
    @Override
    public Tensor apply(Tensor x) {
        Expect.image("global_avg_pool2d", x);
        return x.mean(2, 3);
    }
}
