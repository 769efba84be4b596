package dev.lamina.cpu;

/// Windows of 2 x 2 side by side, one at a time.
final class ScalarPool {
    private ScalarPool() {}

    /// An int in the order of the floats, NaN above all and the two zeros equal: comparing ints compiles to
    /// conditional moves, while branches on random data would be mispredicted every other time.
    static int rank(float x) {
        int bits = Float.floatToIntBits(x + 0f);
        return bits ^ bits >> 31 & 0x7fffffff;
    }

    /// See [Simd#maxOfFour].
    ///
    /// @param place of the first window
    static void max(int rows, int n, float[] x, int xo, int w, int place, float[] y, int yo, int[] index, int io) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                int u = xo + 2 * (r * w + i);
                int best = rank(x[u]);
                int at = 0;
                int next = rank(x[u + 1]);
                at = next > best ? 1 : at;
                best = Math.max(best, next);
                next = rank(x[u + w]);
                at = next > best ? w : at;
                best = Math.max(best, next);
                next = rank(x[u + w + 1]);
                at = next > best ? w + 1 : at;
                y[yo + r * n + i] = x[u + at];
                index[io + r * n + i] = place + 2 * (r * w + i) + at;
            }
        }
    }

    /// See [Simd#meanOfFour].
    static void mean(int rows, int n, float[] x, int xo, int w, float[] y, int yo) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                int u = xo + 2 * (r * w + i);
                y[yo + r * n + i] = (x[u] + x[u + w] + (x[u + 1] + x[u + w + 1])) * 0.25f;
            }
        }
    }
}
