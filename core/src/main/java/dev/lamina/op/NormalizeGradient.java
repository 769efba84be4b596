package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The gradient of `Normalize` through its first output, from y, rstd and dy:
/// `dx = rstd * (dy - mean(dy) - y * mean(dy * y))`, means along `axes`.
public record NormalizeGradient(List<Integer> axes) implements Composite {
    public NormalizeGradient {
        axes = List.copyOf(axes);
    }

    @Override
    public String name() {
        return "normalize_gradient";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 3);
        Check.floating(name(), in);
        Shape statistic = in.get(0).shape();
        for (int a : axes) statistic = statistic.with(a, 1);
        Check.equal(name(), "rstd", statistic, in.get(1).shape());
        Check.equal(name(), "output gradient", in.get(0).shape(), in.get(2).shape());
        return List.of(in.get(0));
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        Tensor y = in.get(0);
        Tensor rstd = in.get(1);
        Tensor dy = in.get(2);
        long n = 1;
        for (int a : axes) n *= y.shape().dim(a);
        Tensor meanDy = dy.apply(Reduce.Kind.SUM, axes).mul(1.0 / n);
        Tensor meanDyY = dy.mul(y).apply(Reduce.Kind.SUM, axes).mul(1.0 / n);
        return List.of(dy.sub(meanDy).sub(y.mul(meanDyY)).mul(rstd));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return Tape.pullback(this::lower, in, dOut);
    }
}
