package dev.lamina.cpu;

/// Matrix products as plain loops: a row of C gathers four scaled rows of B at a time, so that it is loaded and
/// stored once for eight operations.
///
/// Measured 7 GFLOP/s where the Vector API has 90: C2 does not vectorise a loop over one array at two offsets,
/// as it cannot rule out that they overlap.
final class ScalarGemm {
    static final int ROWS = 4;
    static final int COLUMNS = 64;

    private ScalarGemm() {}

    static void multiply(
            int m, int n, int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, boolean add) {
        for (int j = 0; j < n; j += COLUMNS) {
            int width = Math.min(COLUMNS, n - j);
            for (int i = 0; i < m; i++) {
                int left = ao + i / ROWS * ROWS * k + i % ROWS;
                row(width, k, a, left, ROWS, b, bo + j * k, COLUMNS, null, c, co + i * ldc + j, add);
            }
        }
    }

    static void multiplyAt(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        for (int j = 0; j < n; j += COLUMNS) {
            int width = Math.min(COLUMNS, n - j);
            for (int i = 0; i < m; i++) {
                int left = ao + i / ROWS * ROWS * k + i % ROWS;
                row(width, k, a, left, ROWS, b, bo + j, 0, at, c, co + i * ldc + j, add);
            }
        }
    }

    static void multiplyRows(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int[] at,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        for (int j = 0; j < n; j += COLUMNS) {
            int width = Math.min(COLUMNS, n - j);
            for (int i = 0; i < m; i++) {
                row(width, k, a, ao + at[i], 1, b, bo + j * k, COLUMNS, null, c, co + i * ldc + j, add);
            }
        }
    }

    static void multiplyTurned(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        for (int j = 0; j < n; j += COLUMNS) {
            int width = Math.min(COLUMNS, n - j);
            for (int i = 0; i < m; i++) {
                row(width, k, a, ao + i, step, b, bo + j * k, COLUMNS, null, c, co + i * ldc + j, add);
            }
        }
    }

    static void multiplyInPlace(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc) {
        for (int i = 0; i < m; i++) row(n, k, a, ao + i * down, along, b, bo, ldb, null, c, co + i * ldc, false);
    }

    /// `c[0 .. n)` = the sum over `p` of `a[ao + p * step]` times row `p` of B, which begins at `bo + at[p]`,
    /// or without a table at `bo + p * ldb`.
    private static void row(
            int n,
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            int ldb,
            int[] at,
            float[] c,
            int co,
            boolean add) {
        if (!add) {
            for (int j = 0; j < n; j++) {
                c[co + j] = 0f;
            }
        }
        int p = 0;
        for (; p <= k - 4; p += 4) {
            int left = ao + p * step;
            int b0 = at == null ? bo + p * ldb : bo + at[p];
            int b1 = at == null ? b0 + ldb : bo + at[p + 1];
            int b2 = at == null ? b1 + ldb : bo + at[p + 2];
            int b3 = at == null ? b2 + ldb : bo + at[p + 3];
            four(n, a[left], a[left + step], a[left + 2 * step], a[left + 3 * step], b, b0, b1, b2, b3, c, co);
        }
        for (; p < k; p++) {
            axpy(n, a[ao + p * step], b, at == null ? bo + p * ldb : bo + at[p], c, co);
        }
    }

    private static void four(
            int n,
            float s0,
            float s1,
            float s2,
            float s3,
            float[] b,
            int b0,
            int b1,
            int b2,
            int b3,
            float[] c,
            int co) {
        for (int j = 0; j < n; j++) {
            c[co + j] += s0 * b[b0 + j] + s1 * b[b1 + j] + (s2 * b[b2 + j] + s3 * b[b3 + j]);
        }
    }

    static void axpy(int n, float s, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] += s * x[xo + i];
        }
    }

    /// Eight running sums, in a fixed order.
    static float dot(int n, float[] x, int xo, float[] y, int yo) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i <= n - 8; i += 8) {
            s0 += x[xo + i] * y[yo + i];
            s1 += x[xo + i + 1] * y[yo + i + 1];
            s2 += x[xo + i + 2] * y[yo + i + 2];
            s3 += x[xo + i + 3] * y[yo + i + 3];
            s4 += x[xo + i + 4] * y[yo + i + 4];
            s5 += x[xo + i + 5] * y[yo + i + 5];
            s6 += x[xo + i + 6] * y[yo + i + 6];
            s7 += x[xo + i + 7] * y[yo + i + 7];
        }
        float sum = s0 + s4 + (s1 + s5) + (s2 + s6 + (s3 + s7));
        for (; i < n; i++) {
            sum += x[xo + i] * y[yo + i];
        }
        return sum;
    }
}
