package dev.lamina.cpu;

/// Matrix times vector, `y (=|+=) M x`: bound by reading M once, so M is read in the order it lies in memory.
final class Gemv {
    /// Elements of M below which a second thread does not pay.
    private static final int SERIAL = 1 << 15;
    private static final int BLOCK = 1024;

    private final Simd simd;
    private final Workers workers;

    Gemv(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    /// M `[rows, k]`, `k > 0`; the vectors have steps: `x[xo + p * xs]`, `y[yo + i * ys]`.
    void multiply(int rows, int k, Matrix m, float[] x, int xo, int xs, float[] y, int yo, int ys, boolean add) {
        if (m.transposed()) {
            byColumns(rows, k, m, x, xo, xs, y, yo, ys, add);
        } else if (xs == 1) {
            byRows(rows, k, m, x, xo, y, yo, ys, add);
        } else {
            var dense = Scratch.floats(k);
            for (int p = 0; p < k; p++) {
                dense[p] = x[xo + p * xs];
            }
            byRows(rows, k, m, dense, 0, y, yo, ys, add);
            Scratch.give(dense);
        }
    }

    private void byRows(int rows, int k, Matrix m, float[] x, int xo, float[] y, int yo, int ys, boolean add) {
        workers.loop(rows, Math.max(1, SERIAL / k), (from, to) -> {
            for (int i = from; i < to; i++) {
                float dot = simd.dot(k, m.data(), m.index(i, 0), x, xo);
                y[yo + i * ys] = add ? y[yo + i * ys] + dot : dot;
            }
        });
    }

    /// Adds up scaled rows of the stored matrix, a block of y at a time so that y stays in the first-level
    /// cache.
    private void byColumns(
            int rows, int k, Matrix m, float[] x, int xo, int xs, float[] y, int yo, int ys, boolean add) {
        int grain = (long) rows * k <= SERIAL ? rows : 1;
        workers.loop(Pack.ceilDiv(rows, BLOCK), grain, (from, to) -> {
            var sum = Scratch.floats(BLOCK);
            for (int first = from * BLOCK; first < Math.min(rows, to * BLOCK); first += BLOCK) {
                int width = Math.min(BLOCK, rows - first);
                for (int j = 0; j < width; j++) {
                    sum[j] = 0f;
                }
                for (int p = 0; p < k; p++) {
                    simd.axpy(width, x[xo + p * xs], m.data(), m.index(first, p), sum, 0);
                }
                for (int j = 0; j < width; j++) {
                    int at = yo + (first + j) * ys;
                    y[at] = add ? y[at] + sum[j] : sum[j];
                }
            }
            Scratch.give(sum);
        });
    }
}
