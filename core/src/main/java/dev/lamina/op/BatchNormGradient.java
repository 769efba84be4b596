package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The gradients of `BatchNorm` without activation through its first output, from `x [n, c, ...]`, mean, rstd and scale
/// `[c]` and dy: with `z = (x - mean) * rstd`, `dscale = sum(dy * z)` and `dshift = sum(dy)` along all axes but 1, and
/// `dx = rstd * scale * (dy - dshift / count - z * dscale / count)`. Outputs are dx, dscale and dshift.
public record BatchNormGradient() implements Composite {
    /// Of z, dy, `rstd * scale`, the mean of dy and that of `dy * z`.
    private static final Elementwise INPUT = Elementwise.of(
            "batch_norm_input",
            5,
            Expr.in(1).sub(Expr.in(3)).sub(Expr.in(0).mul(Expr.in(4))).mul(Expr.in(2)));

    @Override
    public String name() {
        return "batch_norm_gradient";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 5);
        DType t = Check.floating(name(), in);
        Shape x = in.getFirst().shape();
        if (x.rank() < 2) throw new ShapeException(name() + ": expected [n, c, ...], got " + x);
        Shape c = Shape.of(x.dim(1));
        for (int i = 1; i < 4; i++)
            Check.equal(
                    name(),
                    List.of("mean", "rstd", "scale").get(i - 1),
                    c,
                    in.get(i).shape());
        Check.equal(name(), "output gradient", x, in.get(4).shape());
        return List.of(in.getFirst(), new Spec(c, t), new Spec(c, t));
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        Tensor x = in.get(0);
        Tensor rstd = in.get(2);
        Tensor scale = in.get(3);
        Tensor dy = in.get(4);
        var axes = BatchNorm.axes(x.shape());
        Tensor z = BatchNorm.standard(x, in.get(1), rstd);
        Tensor ofScale = dy.mul(z).apply(Reduce.Kind.SUM, axes).reshape(scale.shape());
        Tensor ofShift = dy.apply(Reduce.Kind.SUM, axes).reshape(scale.shape());
        double share = (double) scale.shape().size() / Math.max(1, x.shape().size());
        Tensor dx = Tensor.map(
                INPUT,
                z,
                dy,
                BatchNorm.alongChannels(rstd.mul(scale), x),
                BatchNorm.alongChannels(ofShift.mul(share), x),
                BatchNorm.alongChannels(ofScale.mul(share), x));
        return List.of(dx, ofScale, ofShift);
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return Tape.pullback(this::lower, in, dOut);
    }
}
