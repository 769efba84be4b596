package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Combines the elements along `axes` (ascending); the axes stay with size 1.
public record Reduce(Kind kind, List<Integer> axes) implements Kernel {
    public enum Kind {
        SUM,
        PROD,
        MAX,
        MIN;

        private final String op = name().toLowerCase(Locale.ROOT);

        /// Such as `sum`.
        public String op() {
            return op;
        }
    }

    /// A shape with neighbouring axes merged that are reduced alike: `sizes` alternate between kept and
    /// reduced, beginning with a kept one (of size 1 if need be).
    public record Layout(int[] sizes) {}

    public Reduce {
        axes = List.copyOf(axes);
    }

    @Override
    public String name() {
        return kind.op();
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Spec x = in.getFirst();
        if (x.dtype() == DType.U8)
            throw new DTypeException(name() + ": no arithmetic on u8; convert with cast(DType.F32)");
        Shape y = x.shape();
        for (int a : axes) {
            y.axis(name(), a);
            if (x.shape().dim(a) == 0 && kind != Kind.SUM && kind != Kind.PROD)
                throw new ShapeException(name() + ": axis " + a + " of " + x.shape() + " is empty");
            y = y.with(a, 1);
        }
        return List.of(new Spec(y, x.dtype()));
    }

    /// How a backend may walk an input of shape `x`.
    public Layout layout(Shape x) {
        int[] sizes = new int[x.rank() + 1];
        int n = 0;
        sizes[n++] = 1;
        for (int a = 0; a < x.rank(); a++) {
            boolean reduced = axes.contains(a);
            boolean lastReduced = n % 2 == 0;
            if (reduced == lastReduced) sizes[n - 1] *= x.dim(a);
            else sizes[n++] = x.dim(a);
        }
        return new Layout(Arrays.copyOf(sizes, n));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor x = in.getFirst();
        Tensor y = out.getFirst();
        Tensor dy = dOut.getFirst();
        return List.of(
                switch (kind) {
                    case SUM -> () -> dy.broadcastTo(x.shape());
                    case MAX, MIN ->
                        () -> {
                            Tensor hit = x.eq(y).detach();
                            return hit.mul(dy.div(hit.apply(Kind.SUM, axes))); // ties share the gradient
                        };
                    case PROD -> () -> productGradient(x, dy);
                });
    }

    /// dy times the product of the other elements, right for zeros too: with one zero only that element has a
    /// gradient, with more none has. What is differentiated again is right only without zeros.
    private Tensor productGradient(Tensor x, Tensor dy) {
        Tensor zero = x.eq(0).detach();
        Tensor zeros = zero.apply(Kind.SUM, axes);
        Tensor safe = x.add(zero);
        Tensor others = safe.apply(Kind.PROD, axes).div(safe);
        Tensor alone = zeros.sub(zero).eq(0).detach();
        return dy.mul(others).mul(alone);
    }
}
