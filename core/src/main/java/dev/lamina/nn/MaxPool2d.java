package dev.lamina.nn;

import dev.lamina.Tensor;

/// The largest element of each window: `x [n, c, h, w] -> y [n, c, oh, ow]`. The stride is the kernel unless
/// said otherwise.
public final class MaxPool2d implements Layer {
    private final Geometry geometry;

    public MaxPool2d(int kernel) {
        this(kernel, kernel);
    }

    public MaxPool2d(int kernelH, int kernelW) {
        this(Geometry.of("max_pool2d", kernelH, kernelW).stride(kernelH, kernelW));
    }

    private MaxPool2d(Geometry geometry) {
        this.geometry = geometry;
    }

    public MaxPool2d stride(int stride) {
        return stride(stride, stride);
    }

    public MaxPool2d stride(int h, int w) {
        return new MaxPool2d(geometry.stride(h, w));
    }

    /// On every side; at most half the kernel. Padding never wins.
    public MaxPool2d padding(int padding) {
        return new MaxPool2d(geometry.padding(padding, padding));
    }

    /// Padding that makes `ceil(size / stride)` outputs; the odd row or column goes to the bottom and the
    /// right.
    public MaxPool2d same() {
        return new MaxPool2d(geometry.withSame());
    }

    /// Also windows that overhang the bottom and the right.
    public MaxPool2d ceil() {
        return new MaxPool2d(geometry.withCeil());
    }

    /// @throws dev.lamina.ShapeException if x is not `[n, c, h, w]`, or smaller than the kernel
    @Override
    public Tensor apply(Tensor x) {
        Expect.image("max_pool2d", x);
        return x.maxPool2d(geometry.window(x.shape().dim(2), x.shape().dim(3)));
    }
}
