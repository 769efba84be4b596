package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// A 1d convolution (cross-correlation): `x [n, in, l] -> y [n, out, ol]`, with `weight [out, in / groups, k]`
/// and `bias [out]`. Stride 1 and no padding unless said otherwise.
///
/// Methods that change an option return a layer with the same parameters, drawn again only if they no longer
/// fit.
public final class Conv1d implements Layer {
    private final int in;
    private final int groups;
    private final Geometry geometry;
    private final Weights weights;

    public Conv1d(int in, int out, int kernel) {
        this(
                in,
                1,
                Geometry.of("conv1d", 1, kernel),
                Weights.draw(Expect.positive("conv1d", "out", out), out, Expect.positive("conv1d", "in", in), kernel));
    }

    private Conv1d(int in, int groups, Geometry geometry, Weights weights) {
        this.in = in;
        this.groups = groups;
        this.geometry = geometry;
        this.weights = weights;
    }

    private Conv1d with(Geometry other) {
        return new Conv1d(in, groups, other, weights);
    }

    public Conv1d stride(int stride) {
        return with(geometry.stride(1, stride));
    }

    /// Zeros at both ends.
    public Conv1d padding(int padding) {
        return with(geometry.padding(0, padding));
    }

    /// Zeros that make `ceil(l / stride)` outputs; the odd one goes to the end.
    public Conv1d same() {
        return with(geometry.withSame());
    }

    public Conv1d dilation(int dilation) {
        return with(geometry.dilation(1, dilation));
    }

    /// Channels in groups that do not see each other.
    ///
    /// @throws dev.lamina.ShapeException if in or out do not divide into the groups
    public Conv1d groups(int groups) {
        int out = weights.weight().shape().dim(0);
        Conv2d.checkGroups("conv1d", in, out, groups);
        return new Conv1d(in, groups, geometry, weights.resized(out, in / groups, geometry.kernelW()));
    }

    public Conv1d noBias() {
        return new Conv1d(in, groups, geometry, weights.noBias());
    }

    /// The weight drawn by `weight`.
    public Conv1d init(Initializer weight) {
        return new Conv1d(in, groups, geometry, weights.init(weight));
    }

    public Parameter weight() {
        return weights.weight();
    }

    /// @throws dev.lamina.ShapeException if x is not `[n, in, l]`, or shorter than the kernel
    @Override
    public Tensor apply(Tensor x) {
        Expect.shape(x.shape().rank() == 3 && x.shape().dim(1) == in, "conv1d", "[n, " + in + ", l]", x);
        Expect.type("conv1d", x, weights.weight());
        var window = geometry.window(1, x.shape().dim(2));
        Tensor y = x.unsqueeze(2).conv2d(weights.weight().value().unsqueeze(2), window, groups);
        return weights.addBias(y.squeeze(2), 1);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return weights.named();
    }
}
