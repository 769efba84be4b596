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
    static void max(int n, float[] x, int upper, int lower, int w, int place, float[] y, int yo, int[] index, int io) {
        for (int i = 0; i < n; i++) {
            int u = upper + 2 * i;
            int l = lower + 2 * i;
            int best = rank(x[u]);
            int at = 0;
            int next = rank(x[u + 1]);
            at = next > best ? 1 : at;
            best = Math.max(best, next);
            next = rank(x[l]);
            at = next > best ? w : at;
            best = Math.max(best, next);
            next = rank(x[l + 1]);
            at = next > best ? w + 1 : at;
            y[yo + i] = x[at < w ? u + at : l + at - w];
            index[io + i] = place + 2 * i + at;
        }
    }

    /// See [Simd#meanOfFour].
    static void mean(int n, float[] x, int upper, int lower, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            int u = upper + 2 * i;
            int l = lower + 2 * i;
            y[yo + i] = (x[u] + x[u + 1] + (x[l] + x[l + 1])) * 0.25f;
        }
    }
}
