package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Sums and inner products, where the lanes of a vector are added up in the end.
///
/// The lanes are always added in the same order, by halves. `reduceLanes(ADD)` leaves the order open: the
/// interpreter and C2 differ, and the same program would give other bits once it is compiled.
final class VectorDots {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> BY8 = VectorShuffle.iota(S, 8 % L, 1, true);
    private static final VectorShuffle<Float> BY4 = VectorShuffle.iota(S, 4 % L, 1, true);
    private static final VectorShuffle<Float> BY2 = VectorShuffle.iota(S, 2 % L, 1, true);
    private static final VectorShuffle<Float> BY1 = VectorShuffle.iota(S, 1 % L, 1, true);
    private static final int BLOCK = 1024;

    private VectorDots() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    /// The sum of the lanes; every lane ends up with it.
    private static float total(FloatVector v) {
        if (L > 8) {
            v = v.add(v.rearrange(BY8));
        }
        if (L > 4) {
            v = v.add(v.rearrange(BY4));
        }
        if (L > 2) {
            v = v.add(v.rearrange(BY2));
        }
        v = v.add(v.rearrange(BY1));
        return v.lane(0);
    }

    static float dot(int n, float[] x, int xo, float[] y, int yo) {
        var zero = FloatVector.zero(S);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero;
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            s0 = load(x, xo + i).fma(load(y, yo + i), s0);
            s1 = load(x, xo + i + L).fma(load(y, yo + i + L), s1);
            s2 = load(x, xo + i + 2 * L).fma(load(y, yo + i + 2 * L), s2);
            s3 = load(x, xo + i + 3 * L).fma(load(y, yo + i + 3 * L), s3);
        }
        for (; i <= n - L; i += L) {
            s0 = load(x, xo + i).fma(load(y, yo + i), s0);
        }
        float sum = total(s0.add(s1).add(s2.add(s3)));
        for (; i < n; i++) {
            sum += x[xo + i] * y[yo + i];
        }
        return sum;
    }

    static double sum(int n, float[] x, int xo) {
        double sum = 0;
        for (int from = 0; from < n; from += BLOCK) {
            sum += block(Math.min(BLOCK, n - from), x, xo + from);
        }
        return sum;
    }

    private static float block(int n, float[] x, int xo) {
        var zero = FloatVector.zero(S);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero;
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            s0 = s0.add(load(x, xo + i));
            s1 = s1.add(load(x, xo + i + L));
            s2 = s2.add(load(x, xo + i + 2 * L));
            s3 = s3.add(load(x, xo + i + 3 * L));
        }
        for (; i <= n - L; i += L) {
            s0 = s0.add(load(x, xo + i));
        }
        float sum = total(s0.add(s1).add(s2.add(s3)));
        for (; i < n; i++) {
            sum += x[xo + i];
        }
        return sum;
    }

    /// Tiles of 4 rows by 2, then what is left one by one.
    static void dots(
            int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] at, float[] c, int co, int ldc) {
        int i = 0;
        for (; i <= m - 4; i += 4) {
            int j = 0;
            for (; j <= n - 2; j += 2) {
                tile(k, a, ao + i * lda, lda, b, bo + at[j], bo + at[j + 1], c, co + i * ldc + j, ldc);
            }
            if (j < n) {
                for (int r = i; r < i + 4; r++) {
                    c[co + r * ldc + j] += dot(k, a, ao + r * lda, b, bo + at[j]);
                }
            }
        }
        for (; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[co + i * ldc + j] += dot(k, a, ao + i * lda, b, bo + at[j]);
            }
        }
    }

    private static void tile(int k, float[] a, int ao, int lda, float[] b, int b0, int b1, float[] c, int co, int ldc) {
        int a1 = ao + lda;
        int a2 = a1 + lda;
        int a3 = a2 + lda;
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        int p = 0;
        for (; p <= k - L; p += L) {
            var y0 = load(b, b0 + p);
            var y1 = load(b, b1 + p);
            var x0 = load(a, ao + p);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            var x1 = load(a, a1 + p);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            var x2 = load(a, a2 + p);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            var x3 = load(a, a3 + p);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
        }
        pair(k, p, c00, c01, a, ao, b, b0, b1, c, co);
        pair(k, p, c10, c11, a, a1, b, b0, b1, c, co + ldc);
        pair(k, p, c20, c21, a, a2, b, b0, b1, c, co + 2 * ldc);
        pair(k, p, c30, c31, a, a3, b, b0, b1, c, co + 3 * ldc);
    }

    private static void pair(
            int k,
            int p,
            FloatVector left,
            FloatVector right,
            float[] a,
            int ao,
            float[] b,
            int b0,
            int b1,
            float[] c,
            int co) {
        float l = total(left);
        float r = total(right);
        for (; p < k; p++) {
            l += a[ao + p] * b[b0 + p];
            r += a[ao + p] * b[b1 + p];
        }
        c[co] += l;
        c[co + 1] += r;
    }
}
