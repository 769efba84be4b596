package dev.lamina.train;

import dev.lamina.Tensor;

/// The fraction of samples whose class is among the `k` most likely. `predictions` [n, classes]; of equal
/// predictions the lower class comes first.
public final class TopK implements Metric {
    private final int k;
    private long right;
    private long all;

    public TopK(int k) {
        if (k < 1) throw new IllegalArgumentException("top-k: k must be positive, got " + k);
        this.k = k;
    }

    @Override
    public String name() {
        return "top" + k;
    }

    @Override
    public void reset() {
        right = 0;
        all = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        int n = Classes.predicted(name(), predictions).length;
        int classes = predictions.shape().dim(1);
        int[] actual = Classes.actual(name(), targets, n, classes);
        float[] p = predictions.toFloats();
        for (int i = 0; i < n; i++) if (rank(p, i * classes, classes, actual[i]) < k) right++;
        all += n;
    }

    private static int rank(float[] p, int from, int classes, int c) {
        int before = 0;
        for (int j = 0; j < classes; j++)
            if (p[from + j] > p[from + c] || (p[from + j] == p[from + c] && j < c)) before++;
        return before;
    }

    @Override
    public double value() {
        return (double) right / all;
    }
}
