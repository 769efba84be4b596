package dev.lamina.nn;

import dev.lamina.Tensor;

/// The largest element of each window: `x [n, c, l] -> y [n, c, ol]`. The stride is the kernel unless said
/// otherwise.
public final class MaxPool1d implements Layer {
    private final Geometry geometry;

    public MaxPool1d(int kernel) {
        this(Geometry.of("max_pool1d", 1, kernel).stride(1, kernel));
    }

    private MaxPool1d(Geometry geometry) {
        this.geometry = geometry;
    }

    public MaxPool1d stride(int stride) {
        return new MaxPool1d(geometry.stride(1, stride));
    }

    /// At both ends; at most half the kernel. Padding never wins.
    public MaxPool1d padding(int padding) {
        return new MaxPool1d(geometry.padding(0, padding));
    }

    /// Padding that makes `ceil(l / stride)` outputs; the odd one goes to the end.
    public MaxPool1d same() {
        return new MaxPool1d(geometry.withSame());
    }

    /// Also windows that overhang the end.
    public MaxPool1d ceil() {
        return new MaxPool1d(geometry.withCeil());
    }

    /// @throws dev.lamina.ShapeException if x is not `[n, c, l]`, or shorter than the kernel
    @Override
    public Tensor apply(Tensor x) {
        Expect.shape(x.shape().rank() == 3, "max_pool1d", "[n, c, l]", x);
        return x.unsqueeze(2).maxPool2d(geometry.window(1, x.shape().dim(2))).squeeze(2);
    }
}
