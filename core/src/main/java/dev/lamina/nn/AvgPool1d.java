package dev.lamina.nn;

import dev.lamina.Tensor;

/// The mean of each window: `x [n, c, l] -> y [n, c, ol]`. The stride is the kernel unless said otherwise.
public final class AvgPool1d implements Layer {
    private final Geometry geometry;
    private final boolean includePad;

    public AvgPool1d(int kernel) {
        this(Geometry.of("avg_pool1d", 1, kernel).stride(1, kernel), true);
    }

    private AvgPool1d(Geometry geometry, boolean includePad) {
        this.geometry = geometry;
        this.includePad = includePad;
    }

    public AvgPool1d stride(int stride) {
        return new AvgPool1d(geometry.stride(1, stride), includePad);
    }

    /// At both ends; at most half the kernel. It counts as zeros, unless `excludePad`.
    public AvgPool1d padding(int padding) {
        return new AvgPool1d(geometry.padding(0, padding), includePad);
    }

    /// Padding that makes `ceil(l / stride)` outputs; the odd one goes to the end.
    public AvgPool1d same() {
        return new AvgPool1d(geometry.withSame(), includePad);
    }

    /// Also windows that overhang the end.
    public AvgPool1d ceil() {
        return new AvgPool1d(geometry.withCeil(), includePad);
    }

    /// Means over the elements inside the input only.
    public AvgPool1d excludePad() {
        return new AvgPool1d(geometry, false);
    }

    /// @throws dev.lamina.ShapeException if x is not `[n, c, l]`, or shorter than the kernel
    @Override
    public Tensor apply(Tensor x) {
        Expect.shape(x.shape().rank() == 3, "avg_pool1d", "[n, c, l]", x);
        return x.unsqueeze(2)
                .avgPool2d(geometry.window(1, x.shape().dim(2)), includePad)
                .squeeze(2);
    }
}
