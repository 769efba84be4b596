package dev.lamina.cpu;

/// Copies pieces of matrices into the panels that [Simd#multiply] reads in one straight line.
final class Pack {
    private Pack() {}

    /// Rows `i .. i + rows` and columns `p .. p + k` of A as a left panel of `width` rows.
    static void left(Simd simd, Matrix a, int i, int rows, int p, int k, float[] to, int t) {
        if (a.transposed()) {
            along(simd, rows, k, a.data(), a.index(i, p), a.step(), to, t, simd.rows());
        } else {
            across(rows, k, a.data(), a.index(i, p), a.step(), to, t, simd.rows());
        }
    }

    /// Rows `p .. p + k` and columns `j .. j + columns` of B as a right panel.
    static void right(Simd simd, Matrix b, int j, int columns, int p, int k, float[] to, int t) {
        if (b.transposed()) {
            simd.across(columns, k, b.data(), b.index(p, j), b.step(), to, t, simd.columns());
        } else {
            along(simd, columns, k, b.data(), b.index(p, j), b.step(), to, t, simd.columns());
        }
    }

    /// A panel whose rows lie along k in memory: `to[t + p * width + r] = from[fo + r * ld + p]`, zero for
    /// `r >= rows`.
    ///
    /// Four rows at a time: reading all sixteen at once would use sixteen lines of one cache set where `ld` is
    /// a power of two.
    static void across(int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        across(0, rows, k, from, fo, ld, to, t, width);
    }

    /// The rows of such a panel from `r` on.
    static void across(int r, int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        for (; r <= rows - 4; r += 4) {
            int r0 = fo + r * ld;
            int r1 = r0 + ld;
            int r2 = r1 + ld;
            int r3 = r2 + ld;
            interleave(k, from, r0, r1, r2, r3, to, t + r, width);
        }
        for (; r < rows; r++) {
            int row = fo + r * ld;
            for (int p = 0; p < k; p++) {
                to[t + p * width + r] = from[row + p];
            }
        }
        for (; r < width; r++) {
            for (int p = 0; p < k; p++) {
                to[t + p * width + r] = 0f;
            }
        }
    }

    /// The widths that occur are literals here, so that the loop is compiled for each of them: C2 takes the checks of
    /// an index out of a loop only if it knows the step.
    private static void interleave(int k, float[] from, int r0, int r1, int r2, int r3, float[] to, int t, int width) {
        switch (width) {
            case 4 -> four(k, from, r0, r1, r2, r3, to, t, 4);
            case 8 -> four(k, from, r0, r1, r2, r3, to, t, 8);
            case 16 -> four(k, from, r0, r1, r2, r3, to, t, 16);
            case 32 -> four(k, from, r0, r1, r2, r3, to, t, 32);
            default -> four(k, from, r0, r1, r2, r3, to, t, width);
        }
    }

    private static void four(int k, float[] from, int r0, int r1, int r2, int r3, float[] to, int t, int width) {
        for (int p = 0; p < k; p++) {
            to[t + p * width] = from[r0 + p];
            to[t + p * width + 1] = from[r1 + p];
            to[t + p * width + 2] = from[r2 + p];
            to[t + p * width + 3] = from[r3 + p];
        }
    }

    /// The way back from a panel: `to[t + r * ld + p] = from[fo + p * width + r]`.
    static void apart(int rows, int k, float[] from, int fo, int width, float[] to, int t, int ld) {
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            int t0 = t + r * ld;
            int t1 = t0 + ld;
            int t2 = t1 + ld;
            int t3 = t2 + ld;
            switch (width) {
                case 4 -> fourApart(k, from, fo + r, 4, to, t0, t1, t2, t3);
                case 8 -> fourApart(k, from, fo + r, 8, to, t0, t1, t2, t3);
                case 16 -> fourApart(k, from, fo + r, 16, to, t0, t1, t2, t3);
                default -> fourApart(k, from, fo + r, width, to, t0, t1, t2, t3);
            }
        }
        for (; r < rows; r++) for (int p = 0; p < k; p++) to[t + r * ld + p] = from[fo + p * width + r];
    }

    private static void fourApart(int k, float[] from, int fo, int width, float[] to, int t0, int t1, int t2, int t3) {
        for (int p = 0; p < k; p++) {
            to[t0 + p] = from[fo + p * width];
            to[t1 + p] = from[fo + p * width + 1];
            to[t2 + p] = from[fo + p * width + 2];
            to[t3 + p] = from[fo + p * width + 3];
        }
    }

    /// A panel whose rows lie across k in memory: `to[t + p * width + r] = from[fo + p * ld + r]`, zero for
    /// `r >= rows`.
    static void along(Simd simd, int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        if (rows == width && width == simd.columns()) {
            simd.copyPanel(k, from, fo, ld, to, t);
            return;
        }
        if (rows == 8 && width == 8) {
            copyRows(8, k, from, fo, ld, to, t);
            return;
        }
        for (int p = 0; p < k; p++) {
            int source = fo + p * ld;
            int target = t + p * width;
            int r = 0;
            for (; r <= rows - 4; r += 4) {
                to[target + r] = from[source + r];
                to[target + r + 1] = from[source + r + 1];
                to[target + r + 2] = from[source + r + 2];
                to[target + r + 3] = from[source + r + 3];
            }
            for (; r < rows; r++) {
                to[target + r] = from[source + r];
            }
            for (; r < width; r++) {
                to[target + r] = 0f;
            }
        }
    }

    /// Inlined with a literal width.
    private static void copyRows(int width, int k, float[] from, int fo, int ld, float[] to, int t) {
        for (int p = 0; p < k; p++) {
            for (int r = 0; r < width; r++) to[t + p * width + r] = from[fo + p * ld + r];
        }
    }

    static int roundUp(int n, int multiple) {
        return (n + multiple - 1) / multiple * multiple;
    }

    static int ceilDiv(int n, int d) {
        return (n + d - 1) / d;
    }
}
