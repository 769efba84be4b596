package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Matrix product over the last two axes, `a [..., m, k] x b [..., k, n] = [..., m, n]`; leading axes
/// broadcast. `ta` and `tb` say that an operand is stored transposed (`[..., k, m]`, `[..., n, k]`).
public record MatMul(boolean ta, boolean tb) implements Kernel {
    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        DType t = Check.floating(name(), in);
        Shape a = in.get(0).shape();
        Shape b = in.get(1).shape();
        if (a.rank() < 2 || b.rank() < 2)
            throw new ShapeException("matmul: needs rank 2 or more, got " + a + " x " + b);
        int k = a.dim(ta ? -2 : -1);
        int kb = b.dim(tb ? -1 : -2);
        if (k != kb)
            throw new ShapeException("matmul: inner sizes differ: " + a + (ta ? "^T" : "") + " x " + b
                    + (tb ? "^T" : "") + " (" + k + " against " + kb + ")");
        Shape product = Shape.of(a.dim(ta ? -1 : -2), b.dim(tb ? -2 : -1));
        if (a.rank() == 2 && b.rank() == 2) return List.of(new Spec(product, t));
        Shape batch = Shape.broadcast("matmul batch", List.of(batch(a), batch(b)));
        return List.of(new Spec(batch.concat(product), t));
    }

    /// The leading axes.
    public static Shape batch(Shape s) {
        return s.sub(0, s.rank() - 2);
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor a = in.get(0);
        Tensor b = in.get(1);
        Tensor dy = dOut.getFirst();
        return List.of(
                () -> (ta ? b.matmul(dy, tb, true) : dy.matmul(b, false, !tb)).sumTo(a.shape()),
                () -> (tb ? dy.matmul(a, true, ta) : a.matmul(dy, !ta, false)).sumTo(b.shape()));
    }
}
