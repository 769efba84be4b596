package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
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
        Shape s = x.shape();
        int n = s.dim(axis);
        int after = (int) s.size(axis + 1, s.rank());
        int rows = (int) s.size(0, axis) * after;
        workers.loop(rows, Math.max(1, GRAIN / n), (from, to) -> {
            if (x.dtype() != DType.F32) {
                Elements a = Elements.of(x);
                Elements b = Elements.of(y);
                for (int r = from; r < to; r++) plain(log, a, b, start(r, n, after), n, after);
                return;
            }
            float[] a = (float[]) x.memory();
            float[] b = (float[]) y.memory();
            int ao = (int) x.offset();
            int bo = (int) y.offset();
            float[] row = Scratch.floats(after == 1 ? 0 : n);
            float[] spare = Scratch.floats(log ? n : 0);
            for (int r = from; r < to; r++) {
                int at = start(r, n, after);
                if (after == 1) row(log, n, a, ao + at, spare, b, bo + at);
                else {
                    for (int i = 0; i < n; i++) row[i] = a[ao + at + i * after];
                    row(log, n, row, 0, spare, row, 0);
                    for (int i = 0; i < n; i++) b[bo + at + i * after] = row[i];
                }
            }
            Scratch.give(spare);
            Scratch.give(row);
        });
    }

    private static int start(int row, int n, int after) {
        return row / after * n * after + row % after;
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

    private static void plain(boolean log, Elements x, Elements y, int at, int n, int step) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) max = Math.max(max, x.get(at + i * step));
        double sum = 0;
        for (int i = 0; i < n; i++) sum += Math.exp(x.get(at + i * step) - max);
        for (int i = 0; i < n; i++) {
            double z = x.get(at + i * step) - max;
            y.set(at + i * step, log ? z - Math.log(sum) : Math.exp(z) / sum);
        }
    }
}
