package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Shifts and scales x to mean 0 and variance 1 along `axes` (ascending): outputs `y = (x - mean) * rstd`,
/// `mean` and `rstd = 1 / sqrt(variance + eps)`, the last two with size 1 along the axes, the variance divided
/// by the count. Batch, layer, group and instance normalisation differ in the axes only.
public record Normalize(List<Integer> axes, double eps) implements Composite {
    public Normalize {
        axes = List.copyOf(axes);
    }

    @Override
    public String name() {
        return "normalize";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        DType t = Check.floating(name(), in);
        Shape s = in.getFirst().shape();
        for (int a : axes) {
            in.getFirst().shape().axis(name(), a);
            if (s.dim(a) == 0) throw new ShapeException("normalize: axis " + a + " of " + s + " is empty");
            s = s.with(a, 1);
        }
        return List.of(in.getFirst(), new Spec(s, t), new Spec(s, t));
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        Tensor x = in.getFirst();
        double share = 1.0 / count(x.shape());
        Tensor mean = x.apply(Reduce.Kind.SUM, axes).mul(share);
        Tensor centred = x.sub(mean);
        Tensor rstd = centred.square()
                .apply(Reduce.Kind.SUM, axes)
                .mul(share)
                .add(eps)
                .rsqrt();
        return List.of(centred.mul(rstd), mean, rstd);
    }

    private long count(Shape x) {
        long n = 1;
        for (int a : axes) n *= x.dim(a);
        return n;
    }

    /// Mean and rstd have gradients too: the second derivative of a normalisation flows through them.
    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> {
            Tensor y = out.get(0);
            Tensor rstd = out.get(2);
            double share = 1.0 / count(y.shape());
            Tensor dx = dOut.get(0) == null ? null : new NormalizeGradient(axes).on(y, rstd, dOut.get(0));
            if (dOut.get(1) != null) dx = sum(dx, dOut.get(1).mul(share).broadcastTo(y.shape()));
            if (dOut.get(2) != null)
                dx = sum(dx, y.mul(dOut.get(2).mul(rstd.square()).mul(-share)));
            return dx;
        });
    }

    private static Tensor sum(Tensor a, Tensor b) {
        return a == null ? b : a.add(b);
    }
}
