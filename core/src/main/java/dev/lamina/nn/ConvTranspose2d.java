package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// A transposed 2d convolution, the adjoint of `Conv2d`: `x [n, in, h, w] -> y [n, out, oh, ow]` with
/// `oh = (h - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1`,
/// `weight [in, out / groups, kh, kw]` and `bias [out]`.
///
/// Methods that change an option return a layer with the same parameters, drawn again only if they no longer
/// fit.
public final class ConvTranspose2d implements Layer {
    private final int out;
    private final int groups;
    private final int outputPadding;
    private final Geometry geometry;
    private final Weights weights;

    public ConvTranspose2d(int in, int out, int kernel) {
        this(
                out,
                1,
                0,
                Geometry.of("conv_transpose2d", kernel, kernel),
                Weights.draw(
                        Expect.positive("conv_transpose2d", "out", out),
                        Expect.positive("conv_transpose2d", "in", in),
                        out,
                        kernel,
                        kernel));
    }

    private ConvTranspose2d(int out, int groups, int outputPadding, Geometry geometry, Weights weights) {
        this.out = out;
        this.groups = groups;
        this.outputPadding = outputPadding;
        this.geometry = geometry;
        this.weights = weights;
    }

    private ConvTranspose2d with(Geometry other) {
        return new ConvTranspose2d(out, groups, outputPadding, other, weights);
    }

    private ConvTranspose2d with(Weights other) {
        return new ConvTranspose2d(out, groups, outputPadding, geometry, other);
    }

    public ConvTranspose2d stride(int stride) {
        return with(geometry.stride(stride, stride));
    }

    /// Rows and columns cut from every side of the output.
    public ConvTranspose2d padding(int padding) {
        return with(geometry.padding(padding, padding));
    }

    /// Rows and columns added at the bottom and the right of the output, less than the stride or the dilation:
    /// it chooses among the sizes that a strided convolution maps to one.
    public ConvTranspose2d outputPadding(int outputPadding) {
        return new ConvTranspose2d(out, groups, outputPadding, geometry, weights);
    }

    public ConvTranspose2d dilation(int dilation) {
        return with(geometry.dilation(dilation, dilation));
    }

    /// Channels in groups that do not see each other.
    ///
    /// @throws ShapeException if in or out do not divide into the groups
    public ConvTranspose2d groups(int groups) {
        int in = weights.weight().shape().dim(0);
        Conv2d.checkGroups("conv_transpose2d", in, out, groups);
        var w = weights.resized(in, out / groups, geometry.kernelH(), geometry.kernelW());
        return new ConvTranspose2d(out, groups, outputPadding, geometry, w);
    }

    public ConvTranspose2d noBias() {
        return with(weights.noBias());
    }

    /// The weight drawn by `weight`.
    public ConvTranspose2d init(Initializer weight) {
        return with(weights.init(weight));
    }

    public Parameter weight() {
        return weights.weight();
    }

    /// @throws ShapeException if x is not `[n, in, h, w]`, or the output padding is not less than the stride
    @Override
    public Tensor apply(Tensor x) {
        Expect.image("conv_transpose2d", weights.weight().shape().dim(0), x);
        Expect.type("conv_transpose2d", x, weights.weight());
        if (outputPadding < 0 || outputPadding >= Math.max(geometry.strideH(), geometry.dilationH()))
            throw new ShapeException("conv_transpose2d: output padding must be in 0.."
                    + (Math.max(geometry.strideH(), geometry.dilationH()) - 1)
                    + ", less than the stride or the dilation, got "
                    + outputPadding);
        Tensor y = x.convTranspose2d(weights.weight().value(), geometry.window(), groups, outputPadding, outputPadding);
        return weights.addBias(y, 1);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return weights.named();
    }
}
