package dev.lamina.cpu;

/// Maxima of windows by a plain loop until those on vectors are compiled. Both give the same, so nobody sees when.
final class TieredPool {
    /// Windows that are worth the compilation.
    private static final int HOT = 1 << 22;
    /// Windows of a call that tries the loops: whole vectors and a rest.
    private static final int LONG = 75;
    /// Fewer than a vector has.
    private static final int SHORT = 3;

    private static final int CALLS = 100;

    private long windows;
    private volatile boolean hot;
    private volatile boolean compiled;

    /// See [Simd#maxOfFour].
    void max(int n, float[] x, int upper, int lower, int w, int place, float[] y, int yo, int[] index, int io) {
        if (compiled) {
            VectorPool.max(n, x, upper, lower, w, place, y, yo, index, io);
            return;
        }
        ScalarPool.max(n, x, upper, lower, w, place, y, yo, index, io);
        if (!hot) count(n);
    }

    boolean compiled() {
        return compiled;
    }

    private synchronized void count(int n) {
        windows += n;
        if (hot || windows < HOT) return;
        hot = true;
        WarmUp.later(this::compile);
    }

    private void compile() {
        float[] x = new float[4 * LONG];
        for (int i = 0; i < x.length; i++) x[i] = i * 37 % 101;
        float[] y = new float[LONG];
        int[] index = new int[LONG];
        WarmUp.compile(
                () -> {
                    for (int i = 0; i < CALLS; i++) {
                        VectorPool.max(LONG, x, 0, 2 * LONG, 2 * LONG, 0, y, 0, index, 0);
                        VectorPool.max(SHORT, x, 0, 2 * LONG, 2 * LONG, 0, y, 0, index, 0);
                    }
                },
                () -> {
                    for (int i = 0; i < CALLS; i++) {
                        ScalarPool.max(LONG, x, 0, 2 * LONG, 2 * LONG, 0, y, 0, index, 0);
                        ScalarPool.max(SHORT, x, 0, 2 * LONG, 2 * LONG, 0, y, 0, index, 0);
                    }
                });
        compiled = true;
    }
}
