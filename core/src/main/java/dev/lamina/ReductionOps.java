package dev.lamina;

import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Reduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Ops that combine elements along axes. Without axes they combine all elements into a scalar. With one axis
/// and `keep` the axis stays with size 1; otherwise reduced axes are dropped. Negative axes count from the end.
public sealed interface ReductionOps permits Tensor {
    private Tensor self() {
        return (Tensor) this;
    }

    /// Reduces along ascending non-negative axes, which stay with size 1.
    default Tensor apply(Reduce.Kind kind, List<Integer> axes) {
        return new Reduce(kind, axes).on(self());
    }

    private Tensor reduce(Reduce.Kind kind, int... axes) {
        var normal = axes(kind.op(), axes);
        return dropped(apply(kind, normal), normal);
    }

    private List<Integer> axes(String op, int... axes) {
        Shape s = self().shape();
        boolean[] chosen = new boolean[s.rank()];
        if (axes.length == 0) Arrays.fill(chosen, true);
        for (int a : axes) chosen[s.axis(op, a)] = true;
        var ascending = new ArrayList<Integer>(chosen.length);
        for (int a = 0; a < chosen.length; a++) if (chosen[a]) ascending.add(a);
        return ascending;
    }

    private static Tensor dropped(Tensor t, List<Integer> axes) {
        Shape s = t.shape();
        for (int i = axes.size() - 1; i >= 0; i--) s = s.remove(axes.get(i));
        return t.reshape(s);
    }

    private Tensor along(Reduce.Kind kind, int axis, boolean keep) {
        Tensor t = reduce(kind, axis);
        return keep ? t.unsqueeze(self().shape().axis("reduce", axis)) : t;
    }

    private long count(int... axes) {
        long n = 1;
        for (int a : axes("mean", axes)) n *= self().shape().dim(a);
        return n;
    }

    default Tensor sum(int... axes) {
        return reduce(Reduce.Kind.SUM, axes);
    }

    default Tensor sum(int axis, boolean keep) {
        return along(Reduce.Kind.SUM, axis, keep);
    }

    default Tensor prod(int... axes) {
        return reduce(Reduce.Kind.PROD, axes);
    }

    /// The largest element; NaN if there is one.
    default Tensor max(int... axes) {
        return reduce(Reduce.Kind.MAX, axes);
    }

    default Tensor max(int axis, boolean keep) {
        return along(Reduce.Kind.MAX, axis, keep);
    }

    /// The smallest element; NaN if there is one.
    default Tensor min(int... axes) {
        return reduce(Reduce.Kind.MIN, axes);
    }

    default Tensor min(int axis, boolean keep) {
        return along(Reduce.Kind.MIN, axis, keep);
    }

    /// @throws ShapeException if there is nothing to take the mean of
    default Tensor mean(int... axes) {
        if (count(axes) == 0)
            throw new ShapeException("mean: of no elements of " + self().shape() + "; is the batch empty?");
        return sum(axes).mul(1.0 / count(axes));
    }

    default Tensor mean(int axis, boolean keep) {
        Tensor t = mean(axis);
        return keep ? t.unsqueeze(self().shape().axis("mean", axis)) : t;
    }

    /// The variance, divided by `count - 1` as PyTorch does by default.
    default Tensor var(int... axes) {
        return var(1, axes);
    }

    /// The variance, divided by `count - correction`.
    default Tensor var(int correction, int[] axes) {
        var normal = axes("var", axes);
        long n = count(axes);
        if (n == 0) throw new ShapeException("var: of no elements of " + self().shape());
        Tensor mean = apply(Reduce.Kind.SUM, normal).mul(1.0 / n);
        Tensor squares = self().sub(mean).square().apply(Reduce.Kind.SUM, normal);
        return dropped(squares.div(Math.max(0.0, n - correction)), normal);
    }

    /// The square root of `var`.
    default Tensor std(int... axes) {
        return var(axes).sqrt();
    }

    /// `log(sum(exp(x)))` without overflow.
    default Tensor logSumExp(int... axes) {
        var normal = axes("log_sum_exp", axes);
        Tensor max = apply(Reduce.Kind.MAX, normal).detach();
        Tensor shift = max.abs().eq(Double.POSITIVE_INFINITY).where(Tensor.zerosLike(max), max);
        return dropped(
                self().sub(shift).exp().apply(Reduce.Kind.SUM, normal).log().add(shift), normal);
    }

    /// The p-norm `sum(|x|^p)^(1/p)`; the largest magnitude for infinite p.
    default Tensor norm(double p, int... axes) {
        if (p == Double.POSITIVE_INFINITY) return self().abs().max(axes);
        if (p == 1) return self().abs().sum(axes);
        if (p == 2) return self().square().sum(axes).sqrt();
        return self().abs().pow(p).sum(axes).pow(1 / p);
    }

    /// The i32 index of the largest element along `axis`, which is dropped; the first of equals.
    default Tensor argMax(int axis) {
        return arg(true, axis);
    }

    /// The i32 index of the smallest element along `axis`, which is dropped; the first of equals.
    default Tensor argMin(int axis) {
        return arg(false, axis);
    }

    private Tensor arg(boolean max, int axis) {
        int a = self().shape().axis(max ? "arg_max" : "arg_min", axis);
        return dropped(new ArgReduce(max, a).on(self()), List.of(a));
    }

    /// Running sum along `axis`.
    default Tensor cumSum(int axis) {
        return new CumSum(self().shape().axis("cum_sum", axis), false).on(self());
    }

    /// Sums over the axes along which `target` was broadcast to this shape; the adjoint of broadcasting.
    default Tensor sumTo(Shape target) {
        Shape s = self().shape();
        if (s.equals(target)) return self();
        int extra = s.rank() - target.rank();
        var axes = new ArrayList<Integer>(s.rank());
        for (int a = 0; a < s.rank(); a++) if (a < extra || (target.dim(a - extra) == 1 && s.dim(a) != 1)) axes.add(a);
        return (axes.isEmpty() ? self() : apply(Reduce.Kind.SUM, axes)).reshape(target);
    }
}
