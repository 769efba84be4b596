package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;

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
            float[] row = Scratch.floats(2 * n);
            for (int r = from; r < to; r++) {
                int at = start(r, n, after);
                for (int i = 0; i < n; i++) row[i] = a[(int) x.offset() + at + i * after];
                row(log, row, n);
                for (int i = 0; i < n; i++) b[(int) y.offset() + at + i * after] = row[i];
            }
            Scratch.give(row);
        });
    }

    private static int start(int row, int n, int after) {
        return row / after * n * after + row % after;
    }

    /// In place in the first n places of `row`; the next n are scratch.
    private void row(boolean log, float[] row, int n) {
        float max = simd.max(n, row, 0);
        simd.binary(BinaryFn.SUB, n, row, 0, max, row, 0);
        simd.unary(UnaryFn.EXP, n, row, 0, row, n);
        double sum = simd.sum(n, row, n);
        if (log) simd.binary(BinaryFn.SUB, n, row, 0, (float) Math.log(sum), row, 0);
        else simd.binary(BinaryFn.MUL, n, row, n, (float) (1 / sum), row, 0);
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
