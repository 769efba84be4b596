package dev.lamina.nn;

import dev.lamina.Tensor;

/// The mean of each window: `x [n, c, h, w] -> y [n, c, oh, ow]`. The stride is the kernel unless said
/// otherwise.
public final class AvgPool2d implements Layer {
    private final Geometry geometry;
    private final boolean includePad;

    public AvgPool2d(int kernel) {
        this(kernel, kernel);
    }

    public AvgPool2d(int kernelH, int kernelW) {
        this(Geometry.of("avg_pool2d", kernelH, kernelW).stride(kernelH, kernelW), true);
    }

    private AvgPool2d(Geometry geometry, boolean includePad) {
        this.geometry = geometry;
        this.includePad = includePad;
    }

    public AvgPool2d stride(int stride) {
        return stride(stride, stride);
    }

    public AvgPool2d stride(int h, int w) {
        return new AvgPool2d(geometry.stride(h, w), includePad);
    }

    /// On every side; at most half the kernel. It counts as zeros, unless `excludePad`.
    public AvgPool2d padding(int padding) {
        return new AvgPool2d(geometry.padding(padding, padding), includePad);
    }

    /// Padding that makes `ceil(size / stride)` outputs; the odd row or column goes to the bottom and the
    /// right.
    public AvgPool2d same() {
        return new AvgPool2d(geometry.withSame(), includePad);
    }

    /// Also windows that overhang the bottom and the right.
    public AvgPool2d ceil() {
        return new AvgPool2d(geometry.withCeil(), includePad);
    }

    /// Means over the elements inside the input only.
    public AvgPool2d excludePad() {
        return new AvgPool2d(geometry, false);
    }

    /// @throws dev.lamina.ShapeException if x is not `[n, c, h, w]`, or smaller than the kernel
    @Override
    public Tensor apply(Tensor x) {
        Expect.image("avg_pool2d", x);
        return x.avgPool2d(geometry.window(x.shape().dim(2), x.shape().dim(3)), includePad);
    }
}
