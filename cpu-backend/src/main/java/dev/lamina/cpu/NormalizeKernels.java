package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Functions;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Reduce;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Normalisation and its adjoint. Where a group of numbers that share a mean lies in long runs, as in layer, group
/// and batch normalisation of images, each group is done on one thread while it is in the cache: a pass for each
/// sum and one for the result. Otherwise sums and elementwise functions over the whole tensor do it.
final class NormalizeKernels {
    private static final int GRAIN = 8 * 1024;

    /// x less a mean, and its square.
    private static final Pointwise CENTRE = new Pointwise(Elementwise.update(
            "centre",
            2,
            List.of(
                    Expr.in(0).sub(Expr.in(1)),
                    Expr.in(0).sub(Expr.in(1)).mul(Expr.in(0).sub(Expr.in(1))))));
    /// `(dy - sum * share - y * slope * share) * rstd` of dy, sum, y, slope and rstd.
    private static final Elementwise ADJOINT = Elementwise.update(
            "adjoint",
            5,
            List.of(Expr.in(0)
                    .sub(Expr.in(1).mul(Expr.scalar(0)))
                    .sub(Expr.in(2).mul(Expr.in(3).mul(Expr.scalar(0))))
                    .mul(Expr.in(4))));
    private static final Pointwise PRODUCT = new Pointwise(Functions.MUL);

    private final Simd simd;
    private final Workers workers;
    private final PointwiseKernels pointwise;
    private final ReduceKernels reduce;

    NormalizeKernels(Simd simd, Workers workers, PointwiseKernels pointwise, ReduceKernels reduce) {
        this.simd = simd;
        this.workers = workers;
        this.pointwise = pointwise;
        this.reduce = reduce;
    }

    void forward(Normalize op, View x, View y, View mean, View rstd) {
        var groups = Groups.of(op.axes(), x.shape());
        if (x.dtype() != DType.F32 || groups == null || !groups.wide()) {
            whole(op, x, y, mean, rstd);
            return;
        }
        float[] means = (float[]) mean.memory();
        float[] scales = (float[]) rstd.memory();
        workers.loop(groups.count(), groups.grain(), (from, to) -> {
            for (int g = from; g < to; g++)
                group(op.eps(), groups, g, x, y, means, (int) mean.offset(), scales, (int) rstd.offset());
        });
    }

    private void group(
            double eps, Groups groups, int g, View x, View y, float[] means, int mo, float[] scales, int so) {
        float[] a = (float[]) x.memory();
        float[] b = (float[]) y.memory();
        int n = groups.length();
        double sum = 0;
        for (int r = 0; r < groups.runs(); r++) sum += simd.sum(n, a, (int) x.offset() + groups.start(g, r));
        float mean = (float) (sum / groups.size());
        double squares = 0;
        for (int r = 0; r < groups.runs(); r++)
            squares += simd.squares(n, a, (int) x.offset() + groups.start(g, r), mean);
        float scale = (float) (1 / Math.sqrt(squares / groups.size() + eps));
        for (int r = 0; r < groups.runs(); r++) {
            int at = groups.start(g, r);
            simd.shiftScale(n, a, (int) x.offset() + at, mean, scale, b, (int) y.offset() + at);
        }
        means[mo + g] = mean;
        scales[so + g] = scale;
    }

    void gradient(NormalizeGradient op, View y, View rstd, View dy, View dx) {
        var groups = Groups.of(op.axes(), y.shape());
        if (y.dtype() != DType.F32 || groups == null || !groups.wide()) {
            whole(op, y, rstd, dy, dx);
            return;
        }
        float[] scales = (float[]) rstd.memory();
        workers.loop(groups.count(), groups.grain(), (from, to) -> {
            for (int g = from; g < to; g++) adjoint(groups, g, y, scales[(int) rstd.offset() + g], dy, dx);
        });
    }

    private void adjoint(Groups groups, int g, View y, float scale, View dy, View dx) {
        float[] a = (float[]) dy.memory();
        float[] b = (float[]) y.memory();
        float[] c = (float[]) dx.memory();
        int n = groups.length();
        double[] sums = Scratch.doubles(2);
        sums[0] = sums[1] = 0;
        for (int r = 0; r < groups.runs(); r++) {
            int at = groups.start(g, r);
            simd.sums(n, a, (int) dy.offset() + at, b, (int) y.offset() + at, 0, sums);
        }
        float mean = (float) (sums[0] / groups.size());
        float slope = (float) (sums[1] / groups.size());
        Scratch.give(sums);
        for (int r = 0; r < groups.runs(); r++) {
            int at = groups.start(g, r);
            int yo = (int) y.offset() + at;
            simd.lessLine(n, a, (int) dy.offset() + at, mean, b, yo, 0, slope, scale, c, (int) dx.offset() + at);
        }
    }

    private void whole(Normalize op, View x, View y, View mean, View rstd) {
        double share = share(x, mean);
        var sum = new Reduce(Reduce.Kind.SUM, op.axes());
        reduce.run(sum, x, mean);
        each(mean, v -> v * share);
        View squares = spare(y);
        pointwise.run(CENTRE, List.of(x, mean), List.of(y, squares));
        reduce.run(sum, squares, rstd);
        give(squares);
        each(rstd, v -> 1 / Math.sqrt(v * share + op.eps()));
        pointwise.run(PRODUCT, List.of(y, rstd), List.of(y));
    }

    private void whole(NormalizeGradient op, View y, View rstd, View dy, View dx) {
        var sum = new Reduce(Reduce.Kind.SUM, op.axes());
        View mean = spare(rstd);
        View slope = spare(rstd);
        pointwise.run(PRODUCT, List.of(dy, y), List.of(dx));
        reduce.run(sum, dx, slope);
        reduce.run(sum, dy, mean);
        var adjoint = new Pointwise(ADJOINT, List.of(share(y, rstd)));
        pointwise.run(adjoint, List.of(dy, mean, y, slope, rstd), List.of(dx));
        give(slope);
        give(mean);
    }

    private static double share(View x, View statistic) {
        return (double) statistic.shape().size() / x.shape().size();
    }

    private void each(View statistic, DoubleUnaryOperator f) {
        Elements x = Elements.of(statistic);
        workers.loop(Math.toIntExact(statistic.shape().size()), GRAIN, (from, to) -> {
            for (int i = from; i < to; i++) x.set(i, f.applyAsDouble(x.get(i)));
        });
    }

    /// Memory for a tensor like x.
    private static View spare(View x) {
        int n = Math.toIntExact(x.shape().size());
        return new View(x.dtype() == DType.F32 ? Scratch.floats(n) : new double[n], 0, x.spec());
    }

    private static void give(View spare) {
        if (spare.memory() instanceof float[] array) Scratch.give(array);
    }
}
