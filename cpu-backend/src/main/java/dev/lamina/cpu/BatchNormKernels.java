package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Functions;
import dev.lamina.op.Normalize;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Reduce;
import java.util.List;
import java.util.Optional;

/// Batch normalisation with scale and shift, and its adjoint. Where the planes of a channel are long enough, each
/// channel is done on one thread while it is in the cache, and memory is read and written once. Otherwise sums and
/// elementwise functions over the whole tensor do it.
final class BatchNormKernels {
    /// Runs shorter than this are copied side by side first.
    private static final int SHORT = 256;
    /// The shortest run that is worth being copied so, and the size of a tensor that always is.
    private static final int RUN = 4;
    private static final int SMALL = 1024;
    private static final Optional<Elementwise> RELU = Optional.of(Functions.RELU);

    /// `dy * (x - mean) * rstd` of x, mean, rstd and dy.
    private static final Pointwise PRODUCT = new Pointwise(Elementwise.update(
            "batch_norm_product",
            4,
            List.of(Expr.in(0).sub(Expr.in(1)).mul(Expr.in(2)).mul(Expr.in(3)))));
    /// dx of x, mean, rstd, dy, scale, dscale and dshift, the last two to be multiplied by the share of an element.
    private static final Elementwise ADJOINT = Elementwise.update(
            "batch_norm_adjoint",
            7,
            List.of(Expr.in(3)
                    .sub(Expr.in(6).mul(Expr.scalar(0)))
                    .sub(Expr.in(0)
                            .sub(Expr.in(1))
                            .mul(Expr.in(2).mul(Expr.in(5).mul(Expr.scalar(0)))))
                    .mul(Expr.in(2).mul(Expr.in(4)))));

    private final Simd simd;
    private final Workers workers;
    private final PointwiseKernels pointwise;
    private final ReduceKernels reduce;
    private final NormalizeKernels normalize;

    BatchNormKernels(
            Simd simd, Workers workers, PointwiseKernels pointwise, ReduceKernels reduce, NormalizeKernels normalize) {
        this.simd = simd;
        this.workers = workers;
        this.pointwise = pointwise;
        this.reduce = reduce;
        this.normalize = normalize;
    }

    /// The groups of x if a loop over channels pays, or null.
    private static Groups channels(View x) {
        Shape s = x.shape();
        var groups = new Groups(1, s.dim(0), s.dim(1), (int) s.size(2, s.rank()));
        boolean pays = groups.length() >= RUN && groups.many() || s.size() <= SMALL;
        return x.dtype() == DType.F32 && pays ? groups : null;
    }

    void forward(BatchNorm op, List<View> in, List<View> out) {
        View x = in.getFirst();
        View y = out.getFirst();
        var channels = channels(x);
        if (channels == null) {
            var axes = BatchNorm.axes(x.shape());
            normalize.forward(new Normalize(axes, op.eps()), x, y, along(out.get(1), x), along(out.get(2), x));
            pointwise.run(
                    new Pointwise(op.epilogue()), List.of(y, along(in.get(1), x), along(in.get(2), x)), List.of(y));
            return;
        }
        boolean relu = op.activation().equals(RELU);
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        workers.loop(
                channels.count(),
                channels.grain(),
                channels.length() < SHORT && channels.runs() > 1
                        ? (from, to) -> joined(op.eps(), least, channels, from, to, in, out)
                        : (from, to) -> inPlace(op.eps(), least, channels, from, to, in, out));
        if (!relu) op.activation().ifPresent(f -> pointwise.run(new Pointwise(f), List.of(y), List.of(y)));
    }

    private void inPlace(double eps, float least, Groups channels, int from, int to, List<View> in, List<View> out) {
        int n = channels.length();
        float[] x = floats(in.getFirst());
        float[] y = floats(out.getFirst());
        for (int c = from; c < to; c++) {
            int xo = at(in.getFirst()) + c * n;
            int yo = at(out.getFirst()) + c * n;
            forward(eps, least, channels.runs(), n, channels.inner() * n, x, xo, y, yo, c, in, out);
        }
    }

    private void joined(double eps, float least, Groups channels, int from, int to, List<View> in, List<View> out) {
        int n = channels.size();
        float[] joined = Scratch.floats((to - from) * n);
        join(channels, from, to, in.getFirst(), joined, 0);
        for (int c = from; c < to; c++) {
            int at = (c - from) * n;
            forward(eps, least, 1, n, 0, joined, at, joined, at, c, in, out);
        }
        part(channels, from, to, joined, 0, out.getFirst());
        Scratch.give(joined);
    }

    /// Copies channels so that each lies without gaps, in the order in which they lie in memory.
    private void join(Groups channels, int from, int to, View x, float[] joined, int at) {
        int n = channels.length();
        for (int r = 0; r < channels.runs(); r++) {
            int run = at(x) + channels.start(from, r);
            simd.copyRows(to - from, n, floats(x), run, n, joined, at + r * n, channels.size());
        }
    }

    /// Undoes [#join].
    private void part(Groups channels, int from, int to, float[] joined, int at, View x) {
        int n = channels.length();
        for (int r = 0; r < channels.runs(); r++) {
            int run = at(x) + channels.start(from, r);
            simd.copyRows(to - from, n, joined, at + r * n, channels.size(), floats(x), run, n);
        }
    }

    /// One channel in runs of n that lie `step` apart.
    private void forward(
            double eps,
            float least,
            int runs,
            int n,
            int step,
            float[] x,
            int xo,
            float[] y,
            int yo,
            int c,
            List<View> in,
            List<View> out) {
        double sum = 0;
        for (int r = 0; r < runs; r++) sum += simd.sum(n, x, xo + r * step);
        float mean = (float) (sum / (runs * n));
        double squares = 0;
        for (int r = 0; r < runs; r++) squares += simd.squares(n, x, xo + r * step, mean);
        float rstd = (float) (1 / Math.sqrt(squares / (runs * n) + eps));
        float scale = rstd * get(in.get(1), c);
        float shift = get(in.get(2), c);
        for (int r = 0; r < runs; r++)
            simd.shiftScale(n, x, xo + r * step, mean, scale, shift, least, y, yo + r * step);
        set(out.get(1), c, mean);
        set(out.get(2), c, rstd);
    }

    /// @param in x, mean, rstd, scale and dy
    /// @param out dx, dscale and dshift
    void gradient(List<View> in, List<View> out) {
        var channels = channels(in.getFirst());
        if (channels == null) {
            whole(in, out);
            return;
        }
        workers.loop(
                channels.count(),
                channels.grain(),
                channels.length() < SHORT && channels.runs() > 1
                        ? (from, to) -> adjointJoined(channels, from, to, in, out)
                        : (from, to) -> adjointInPlace(channels, from, to, in, out));
    }

    private void adjointInPlace(Groups channels, int from, int to, List<View> in, List<View> out) {
        int n = channels.length();
        float[] x = floats(in.getFirst());
        float[] dy = floats(in.getLast());
        float[] dx = floats(out.getFirst());
        for (int c = from; c < to; c++) {
            int xo = at(in.getFirst()) + c * n;
            int dyo = at(in.getLast()) + c * n;
            int dxo = at(out.getFirst()) + c * n;
            adjoint(channels.runs(), n, channels.inner() * n, x, xo, dy, dyo, dx, dxo, c, in, out);
        }
    }

    private void adjointJoined(Groups channels, int from, int to, List<View> in, List<View> out) {
        int n = channels.size();
        int half = (to - from) * n;
        float[] joined = Scratch.floats(2 * half);
        join(channels, from, to, in.getFirst(), joined, 0);
        join(channels, from, to, in.getLast(), joined, half);
        for (int c = from; c < to; c++) {
            int x = (c - from) * n;
            adjoint(1, n, 0, joined, x, joined, half + x, joined, half + x, c, in, out);
        }
        part(channels, from, to, joined, half, out.getFirst());
        Scratch.give(joined);
    }

    private void adjoint(
            int runs,
            int n,
            int step,
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            int c,
            List<View> in,
            List<View> out) {
        float mean = get(in.get(1), c);
        float rstd = get(in.get(2), c);
        double[] sums = Scratch.doubles(2);
        sums[0] = sums[1] = 0;
        for (int r = 0; r < runs; r++) simd.sums(n, dy, dyo + r * step, x, xo + r * step, mean, sums);
        double ofShift = sums[0];
        double ofScale = sums[1] * rstd;
        Scratch.give(sums);
        float less = (float) (ofShift / (runs * n));
        float slope = (float) (ofScale * rstd / (runs * n));
        float scale = rstd * get(in.get(3), c);
        for (int r = 0; r < runs; r++) {
            int from = r * step;
            simd.lessLine(n, dy, dyo + from, less, x, xo + from, mean, slope, scale, dx, dxo + from);
        }
        set(out.get(1), c, (float) ofScale);
        set(out.get(2), c, (float) ofShift);
    }

    private void whole(List<View> in, List<View> out) {
        View x = in.get(0);
        View mean = along(in.get(1), x);
        View rstd = along(in.get(2), x);
        View dy = in.get(4);
        View dx = out.get(0);
        View ofScale = along(out.get(1), x);
        View ofShift = along(out.get(2), x);
        var sum = new Reduce(Reduce.Kind.SUM, BatchNorm.axes(x.shape()));
        pointwise.run(PRODUCT, List.of(x, mean, rstd, dy), List.of(dx));
        reduce.run(sum, dx, ofScale);
        reduce.run(sum, dy, ofShift);
        double share = (double) mean.shape().size() / x.shape().size();
        var adjoint = new Pointwise(ADJOINT, List.of(share));
        pointwise.run(adjoint, List.of(x, mean, rstd, dy, along(in.get(3), x), ofScale, ofShift), List.of(dx));
    }

    private static View along(View v, View x) {
        Shape shape = BatchNorm.alongChannels(v.shape().dim(0), x.shape().rank());
        return new View(v.memory(), v.offset(), new Spec(shape, v.dtype()));
    }

    private static float[] floats(View v) {
        return (float[]) v.memory();
    }

    private static int at(View v) {
        return (int) v.offset();
    }

    private static float get(View v, int i) {
        return floats(v)[at(v) + i];
    }

    private static void set(View v, int i, float value) {
        floats(v)[at(v) + i] = value;
    }
}
