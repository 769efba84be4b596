package dev.lamina.cpu;

/// Maxima of windows by a plain loop until those on vectors are compiled. Both give the same, so nobody sees when.
final class TieredPool {
    /// Windows that are worth the compilation.
    private static final int HOT = 1 << 22;
    /// Windows of a row in calls that try the loops: whole vectors and a rest, and fewer than a vector has.
    private static final int LONG = 75;
    private static final int[] WIDTHS = {LONG, 3};
    private static final int ROWS = 4;
    private static final int CALLS = 25;

    private long windows;
    private volatile boolean hot;
    private volatile boolean compiled;

    /// See [Simd#maxOfFour].
    void max(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        if (compiled) {
            VectorPool.max(rows, n, x, xo, w, y, yo, index, io);
            return;
        }
        ScalarPool.max(rows, n, x, xo, w, 0, y, yo, index, io);
        if (!hot) count(rows * n);
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
        float[] x = new float[4 * ROWS * LONG];
        for (int i = 0; i < x.length; i++) x[i] = i * 37 % 101;
        float[] y = new float[ROWS * LONG];
        int[] index = new int[ROWS * LONG];
        WarmUp.compile(
                () -> {
                    for (int i = 0; i < CALLS; i++)
                        for (int n : WIDTHS) VectorPool.max(ROWS, n, x, 0, 2 * n, y, 0, index, 0);
                },
                () -> {
                    for (int i = 0; i < CALLS; i++)
                        for (int n : WIDTHS) ScalarPool.max(ROWS, n, x, 0, 2 * n, 0, y, 0, index, 0);
                });
        compiled = true;
    }
}
