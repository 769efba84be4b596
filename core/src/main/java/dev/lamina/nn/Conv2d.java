package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import java.util.Optional;
import java.util.SequencedMap;

/// A 2d convolution (cross-correlation): `x [n, in, h, w] -> y [n, out, oh, ow]`, with
/// `weight [out, in / groups, kh, kw]` and `bias [out]`. Stride 1 and no padding unless said otherwise:
/// `new Conv2d(32, 64, 3).stride(2).padding(1)`.
///
/// Methods that change an option return a layer with the same parameters, drawn again only if they no longer
/// fit.
public final class Conv2d implements Linear {
    private final int in;
    private final int groups;
    private final Geometry geometry;
    private final Weights weights;

    public Conv2d(int in, int out, int kernel) {
        this(in, out, kernel, kernel);
    }

    public Conv2d(int in, int out, int kernelH, int kernelW) {
        this(
                in,
                1,
                Geometry.of("conv2d", kernelH, kernelW),
                Weights.draw(
                        Expect.positive("conv2d", "out", out),
                        out,
                        Expect.positive("conv2d", "in", in),
                        kernelH,
                        kernelW));
    }

    private Conv2d(int in, int groups, Geometry geometry, Weights weights) {
        this.in = in;
        this.groups = groups;
        this.geometry = geometry;
        this.weights = weights;
    }

    private Conv2d with(Geometry other) {
        return new Conv2d(in, groups, other, weights);
    }

    public Conv2d stride(int stride) {
        return stride(stride, stride);
    }

    public Conv2d stride(int h, int w) {
        return with(geometry.stride(h, w));
    }

    /// Zeros on every side.
    public Conv2d padding(int padding) {
        return padding(padding, padding);
    }

    public Conv2d padding(int h, int w) {
        return with(geometry.padding(h, w));
    }

    /// Zeros that make `ceil(size / stride)` outputs; the odd row or column goes to the bottom and the right.
    public Conv2d same() {
        return with(geometry.withSame());
    }

    public Conv2d dilation(int dilation) {
        return with(geometry.dilation(dilation, dilation));
    }

    /// Channels in groups that do not see each other; `groups = in` is a depthwise convolution.
    ///
    /// @throws ShapeException if in or out do not divide into the groups
    public Conv2d groups(int groups) {
        int out = weights.weight().shape().dim(0);
        checkGroups("conv2d", in, out, groups);
        var w = weights.resized(out, in / groups, geometry.kernelH(), geometry.kernelW());
        return new Conv2d(in, groups, geometry, w);
    }

    static void checkGroups(String layer, int in, int out, int groups) {
        if (groups < 1 || in % groups != 0 || out % groups != 0)
            throw new ShapeException(
                    layer + ": " + in + " -> " + out + " channels do not divide into " + groups + " groups");
    }

    public Conv2d noBias() {
        return new Conv2d(in, groups, geometry, weights.noBias());
    }

    /// The weight drawn by `weight`.
    public Conv2d init(Initializer weight) {
        return new Conv2d(in, groups, geometry, weights.init(weight));
    }

    public Parameter weight() {
        return weights.weight();
    }

    /// @throws ShapeException if x is not `[n, in, h, w]`, or smaller than the kernel
    @Override
    public Tensor apply(Tensor x, Optional<Elementwise> activation) {
        Expect.image("conv2d", in, x);
        Expect.type("conv2d", x, weights.weight());
        var window = geometry.window(x.shape().dim(2), x.shape().dim(3));
        return weights.affine(new dev.lamina.op.Conv2d(window, groups), x, activation);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return weights.named();
    }
}
