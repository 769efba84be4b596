package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.SoftmaxCrossEntropy;
import dev.lamina.op.SoftmaxCrossEntropyGradient;

/// Cross entropy of labels and its gradient over `[before, n, after]`, by passes over rows as [SoftmaxKernels] does.
final class CrossEntropyKernels {
    private static final int GRAIN = 8 * 1024;
    /// Exponentials of which the sum alone is wanted go, so many at a time, to a place in the nearest cache.
    private static final int BLOCK = 1024;

    private final Simd simd;
    private final Workers workers;

    CrossEntropyKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    void forward(SoftmaxCrossEntropy op, View x, View labels, View loss) {
        var rows = Rows.along(op.axis(), x.shape());
        int n = rows.n();
        int[] label = (int[]) labels.memory();
        int lo = (int) labels.offset();
        IndexKernels.check(op.name(), label, lo, rows.count(), n);
        workers.loop(rows.count(), rows.chunk(GRAIN), (from, to) -> {
            if (x.dtype() != DType.F32) {
                Elements a = Elements.of(x);
                Elements y = Elements.of(loss);
                for (int r = from; r < to; r++) y.set(r, plain(rows, a, rows.start(r), label[lo + r]));
                return;
            }
            float[] a = (float[]) x.memory();
            float[] y = (float[]) loss.memory();
            int ao = (int) x.offset();
            int yo = (int) loss.offset();
            float[] gathered = rows.scratch();
            float[] spare = Scratch.floats(Math.min(BLOCK, n));
            for (int r = from, together; r < to; r += together) {
                int at = ao + rows.start(r);
                together = rows.together(r, to);
                if (rows.contiguous()) y[yo + r] = loss(n, a, at, label[lo + r], spare);
                else {
                    rows.gather(together, a, at, gathered);
                    for (int i = 0; i < together; i++)
                        y[yo + r + i] = loss(n, gathered, i * n, label[lo + r + i], spare);
                }
            }
            Scratch.give(spare);
            Scratch.give(gathered);
        });
    }

    void gradient(SoftmaxCrossEntropyGradient op, View x, View labels, View dLoss, View dx) {
        var rows = Rows.along(op.axis(), x.shape());
        int n = rows.n();
        int[] label = (int[]) labels.memory();
        int lo = (int) labels.offset();
        IndexKernels.check(op.name(), label, lo, rows.count(), n);
        workers.loop(rows.count(), rows.chunk(GRAIN), (from, to) -> {
            if (x.dtype() != DType.F32) {
                Elements a = Elements.of(x);
                Elements d = Elements.of(dLoss);
                Elements b = Elements.of(dx);
                for (int r = from; r < to; r++) plainGradient(rows, a, rows.start(r), label[lo + r], d.get(r), b);
                return;
            }
            float[] a = (float[]) x.memory();
            float[] d = (float[]) dLoss.memory();
            float[] b = (float[]) dx.memory();
            int ao = (int) x.offset();
            int no = (int) dLoss.offset();
            int bo = (int) dx.offset();
            float[] gathered = rows.scratch();
            for (int r = from, together; r < to; r += together) {
                int at = rows.start(r);
                together = rows.together(r, to);
                if (rows.contiguous()) gradient(n, a, ao + at, label[lo + r], d[no + r], b, bo + at);
                else {
                    rows.gather(together, a, ao + at, gathered);
                    for (int i = 0; i < together; i++)
                        gradient(n, gathered, i * n, label[lo + r + i], d[no + r + i], gathered, i * n);
                    rows.scatter(together, gathered, b, bo + at);
                }
            }
            Scratch.give(gathered);
        });
    }

    private float loss(int n, float[] x, int xo, int label, float[] spare) {
        float max = simd.max(n, x, xo);
        double sum = 0;
        for (int i = 0; i < n; i += BLOCK) sum += simd.expSum(Math.min(BLOCK, n - i), x, xo + i, max, spare, 0);
        return (float) (Math.log(sum) - ((double) x[xo + label] - max));
    }

    private void gradient(int n, float[] x, int xo, int label, float dLoss, float[] y, int yo) {
        double sum = simd.expSum(n, x, xo, simd.max(n, x, xo), y, yo);
        double hit = y[yo + label] / sum - 1;
        simd.binary(BinaryFn.MUL, n, y, yo, (float) (dLoss / sum), y, yo);
        y[yo + label] = (float) (hit * dLoss);
    }

    private static double plain(Rows rows, Elements x, int at, int label) {
        double max = rows.max(x, at);
        return Math.log(rows.expSum(x, at, max)) - (x.get(at + label * rows.step()) - max);
    }

    private static void plainGradient(Rows rows, Elements x, int at, int label, double dLoss, Elements y) {
        double max = rows.max(x, at);
        double sum = rows.expSum(x, at, max);
        for (int i = 0; i < rows.n(); i++) {
            int e = at + i * rows.step();
            y.set(e, (Math.exp(x.get(e) - max) / sum - (i == label ? 1 : 0)) * dLoss);
        }
    }
}
