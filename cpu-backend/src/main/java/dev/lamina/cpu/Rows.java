package dev.lamina.cpu;

import dev.lamina.Shape;

/// The rows along one axis of a tensor `[before, n, after]`: `count` rows of n elements, `step` apart. Where that is
/// more than 1, kernels gather neighbouring rows, which share cache lines, and work on the copy.
record Rows(int count, int n, int step) {
    private static final int MOST_TOGETHER = 16;
    private static final int MOST_GATHERED = 1 << 18;

    static Rows along(int axis, Shape s) {
        int after = (int) s.size(axis + 1, s.rank());
        return new Rows((int) s.size(0, axis) * after, s.dim(axis), after);
    }

    boolean contiguous() {
        return step == 1;
    }

    /// Where a row begins.
    int start(int row) {
        return row / step * n * step + row % step;
    }

    /// The rows of a chunk of some `elements`.
    int chunk(int elements) {
        return Math.max(width(), elements / n);
    }

    private int width() {
        return Math.clamp(MOST_GATHERED / n, 1, Math.min(MOST_TOGETHER, step));
    }

    /// Room for rows that are gathered; none is needed if they are contiguous.
    float[] scratch() {
        return Scratch.floats(contiguous() ? 0 : width() * n);
    }

    /// How many rows from `row` on, below `to`, can be gathered together.
    int together(int row, int to) {
        return Math.min(width(), Math.min(to - row, step - row % step));
    }

    /// Copies `together` rows, of which the first begins at `x[at]`, one after the other.
    void gather(int together, float[] x, int at, float[] rows) {
        for (int i = 0; i < n; i++) for (int r = 0; r < together; r++) rows[r * n + i] = x[at + i * step + r];
    }

    /// The other way.
    void scatter(int together, float[] rows, float[] y, int at) {
        for (int i = 0; i < n; i++) for (int r = 0; r < together; r++) y[at + i * step + r] = rows[r * n + i];
    }

    /// The largest element of the row that begins at `x[at]`.
    double max(Elements x, int at) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) max = Math.max(max, x.get(at + i * step));
        return max;
    }

    /// The sum of `exp(x - less)` over that row.
    double expSum(Elements x, int at, double less) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += Math.exp(x.get(at + i * step) - less);
        return sum;
    }
}
