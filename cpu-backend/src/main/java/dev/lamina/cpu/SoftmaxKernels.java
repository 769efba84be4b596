package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Expr.BinaryFn;

/// Softmax and its logarithm over `[before, n, after]`: three passes over a row that stays in cache. Rows that
/// do not lie together are gathered first.
final class SoftmaxKernels {
    private static final int GRAIN = 8 * 1024;

    private final Simd simd;
    private final Workers workers;

    SoftmaxKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    void run(int axis, boolean log, View x, View y) {
        var rows = Rows.along(axis, x.shape());
        int n = rows.n();
        workers.loop(rows.count(), rows.chunk(GRAIN), (from, to) -> {
            if (x.dtype() != DType.F32) {
                Elements a = Elements.of(x);
                Elements b = Elements.of(y);
                for (int r = from; r < to; r++) plain(log, rows, a, b, rows.start(r));
                return;
            }
            float[] a = (float[]) x.memory();
            float[] b = (float[]) y.memory();
            int ao = (int) x.offset();
            int bo = (int) y.offset();
            float[] gathered = rows.scratch();
            float[] spare = Scratch.floats(log ? n : 0);
            for (int r = from, together; r < to; r += together) {
                int at = rows.start(r);
                together = rows.together(r, to);
                if (rows.contiguous()) row(log, n, a, ao + at, spare, b, bo + at);
                else {
                    rows.gather(together, a, ao + at, gathered);
                    for (int i = 0; i < together; i++) row(log, n, gathered, i * n, spare, gathered, i * n);
                    rows.scatter(together, gathered, b, bo + at);
                }
            }
            Scratch.give(spare);
            Scratch.give(gathered);
        });
    }

    /// The logarithm needs the exponentials for their sum only: they go to `spare`.
    private void row(boolean log, int n, float[] x, int xo, float[] spare, float[] y, int yo) {
        float max = simd.max(n, x, xo);
        if (log) {
            simd.binary(BinaryFn.SUB, n, x, xo, max, y, yo);
            float sum = (float) Math.log(simd.expSum(n, y, yo, 0, spare, 0));
            simd.binary(BinaryFn.SUB, n, y, yo, sum, y, yo);
        } else {
            double sum = simd.expSum(n, x, xo, max, y, yo);
            simd.binary(BinaryFn.MUL, n, y, yo, (float) (1 / sum), y, yo);
        }
    }

    private static void plain(boolean log, Rows rows, Elements x, Elements y, int at) {
        double max = rows.max(x, at);
        double sum = rows.expSum(x, at, max);
        for (int i = 0; i < rows.n(); i++) {
            int e = at + i * rows.step();
            double z = x.get(e) - max;
            y.set(e, log ? z - Math.log(sum) : Math.exp(z) / sum);
        }
    }
}
