package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops over blocks of rows: copies, and sums over shifted blocks. The last vector of a row ends where the row ends,
/// and so overlaps the one before it; a mask is needed only where a row is shorter than a vector.
final class VectorWindow {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    /// From the lanes of one sum to those of the next: as many as a tile has columns.
    private static final int STEP = 2 * L;

    private VectorWindow() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    static void copyRows(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        if (n < L) {
            copyShort(rows, n, x, xo, byX, y, yo, byY);
            return;
        }
        for (int r = 0; r < rows; r++, xo += byX, yo += byY) {
            for (int i = 0; i < n - L; i += L) load(x, xo + i).intoArray(y, yo + i);
            load(x, xo + n - L).intoArray(y, yo + n - L);
        }
    }

    private static void copyShort(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        var valid = S.indexInRange(0, n);
        for (int r = 0; r < rows; r++, xo += byX, yo += byY) {
            if (xo <= x.length - L && yo <= y.length - L) load(x, xo).intoArray(y, yo, valid);
            else System.arraycopy(x, xo, y, yo, n);
        }
    }

    /// Block after block, as the next one may add to nearly the same place, where a vector just written cannot be read
    /// at once.
    static void addBlocks(
            int blocks, int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int[] at, int pitch) {
        int whole = n - n % L;
        var rest = S.indexInRange(whole, n);
        for (int p = 0; p < blocks; p++, xo += byX) {
            int from = xo;
            int to = yo + at[p];
            for (int r = 0; r < rows; r++, from += n, to += pitch) {
                for (int i = 0; i < whole; i += L)
                    load(x, from + i).add(load(y, to + i)).intoArray(y, to + i);
                if (whole < n)
                    FloatVector.fromArray(S, x, from + whole, rest)
                            .add(FloatVector.fromArray(S, y, to + whole, rest))
                            .intoArray(y, to + whole, rest);
            }
        }
    }

    static void weightedSum(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] y, int yo) {
        if (k == 9) {
            sumOfNine(rows, n, a, ao, x, xo, at, pitch, y, yo);
            return;
        }
        for (int r = 0; r < rows; r++, xo += pitch, yo += n) {
            for (int i = 0; i < n - L; i += L) sum(k, a, ao, x, xo + i, at).intoArray(y, yo + i);
            if (n >= L) sum(k, a, ao, x, xo + n - L, at).intoArray(y, yo + n - L);
            else sum(k, a, ao, x, xo, at).intoArray(y, yo, S.indexInRange(0, n));
        }
    }

    private static FloatVector sum(int k, float[] a, int ao, float[] x, int xo, int[] at) {
        var sum = FloatVector.zero(S);
        for (int p = 0; p < k; p++) sum = FloatVector.broadcast(S, a[ao + p]).fma(load(x, xo + at[p]), sum);
        return sum;
    }

    /// The kernel that occurs, its weights in registers.
    private static void sumOfNine(
            int rows, int n, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] y, int yo) {
        int x0 = at[0], x1 = at[1], x2 = at[2], x3 = at[3], x4 = at[4], x5 = at[5], x6 = at[6], x7 = at[7], x8 = at[8];
        var a0 = FloatVector.broadcast(S, a[ao]);
        var a1 = FloatVector.broadcast(S, a[ao + 1]);
        var a2 = FloatVector.broadcast(S, a[ao + 2]);
        var a3 = FloatVector.broadcast(S, a[ao + 3]);
        var a4 = FloatVector.broadcast(S, a[ao + 4]);
        var a5 = FloatVector.broadcast(S, a[ao + 5]);
        var a6 = FloatVector.broadcast(S, a[ao + 6]);
        var a7 = FloatVector.broadcast(S, a[ao + 7]);
        var a8 = FloatVector.broadcast(S, a[ao + 8]);
        int last = Math.max(0, n - L);
        var valid = S.indexInRange(0, n);
        for (int r = 0; r < rows; r++, xo += pitch, yo += n) {
            for (int i = 0; ; i = Math.min(i + L, last)) {
                int from = xo + i;
                var sum = a0.mul(load(x, from + x0));
                sum = a1.fma(load(x, from + x1), sum);
                sum = a2.fma(load(x, from + x2), sum);
                sum = a3.fma(load(x, from + x3), sum);
                sum = a4.fma(load(x, from + x4), sum);
                sum = a5.fma(load(x, from + x5), sum);
                sum = a6.fma(load(x, from + x6), sum);
                sum = a7.fma(load(x, from + x7), sum);
                sum = a8.fma(load(x, from + x8), sum);
                if (n >= L) sum.intoArray(y, yo + i);
                else sum.intoArray(y, yo, valid);
                if (i == last) break;
            }
        }
    }

    static void innerProducts(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] c, int co) {
        int p = 0;
        for (; p <= k - 9; p += 9) nineProducts(rows, n, a, ao, x, xo, at, p, pitch, c, co + p * STEP);
        for (; p <= k - 4; p += 4) fourProducts(rows, n, a, ao, x, xo, at, p, pitch, c, co + p * STEP);
        for (; p < k; p++) product(rows, n, a, ao, x, xo + at[p], pitch, c, co + p * STEP);
    }

    private static void product(int rows, int n, float[] a, int ao, float[] x, int xo, int pitch, float[] c, int co) {
        var sum = load(c, co);
        int whole = n - n % L;
        var rest = S.indexInRange(whole, n);
        for (int r = 0; r < rows; r++, ao += n, xo += pitch) {
            for (int i = 0; i < whole; i += L) sum = load(a, ao + i).fma(load(x, xo + i), sum);
            if (whole < n) sum = FloatVector.fromArray(S, a, ao + whole, rest).fma(load(x, xo + whole), sum);
        }
        sum.intoArray(c, co);
    }

    private static void fourProducts(
            int rows, int n, float[] a, int ao, float[] x, int xo, int[] at, int p, int pitch, float[] c, int co) {
        int x0 = at[p], x1 = at[p + 1], x2 = at[p + 2], x3 = at[p + 3];
        var s0 = load(c, co);
        var s1 = load(c, co + STEP);
        var s2 = load(c, co + 2 * STEP);
        var s3 = load(c, co + 3 * STEP);
        int whole = n - n % L;
        var rest = S.indexInRange(whole, n);
        for (int r = 0; r < rows; r++, ao += n, xo += pitch) {
            for (int i = 0; i < n; i += L) {
                var v = i < whole ? load(a, ao + i) : FloatVector.fromArray(S, a, ao + i, rest);
                int from = xo + i;
                s0 = v.fma(load(x, from + x0), s0);
                s1 = v.fma(load(x, from + x1), s1);
                s2 = v.fma(load(x, from + x2), s2);
                s3 = v.fma(load(x, from + x3), s3);
            }
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + STEP);
        s2.intoArray(c, co + 2 * STEP);
        s3.intoArray(c, co + 3 * STEP);
    }

    private static void nineProducts(
            int rows, int n, float[] a, int ao, float[] x, int xo, int[] at, int p, int pitch, float[] c, int co) {
        int x0 = at[p], x1 = at[p + 1], x2 = at[p + 2], x3 = at[p + 3], x4 = at[p + 4];
        int x5 = at[p + 5], x6 = at[p + 6], x7 = at[p + 7], x8 = at[p + 8];
        var s0 = load(c, co);
        var s1 = load(c, co + STEP);
        var s2 = load(c, co + 2 * STEP);
        var s3 = load(c, co + 3 * STEP);
        var s4 = load(c, co + 4 * STEP);
        var s5 = load(c, co + 5 * STEP);
        var s6 = load(c, co + 6 * STEP);
        var s7 = load(c, co + 7 * STEP);
        var s8 = load(c, co + 8 * STEP);
        int whole = n - n % L;
        var rest = S.indexInRange(whole, n);
        for (int r = 0; r < rows; r++, ao += n, xo += pitch) {
            for (int i = 0; i < n; i += L) {
                var v = i < whole ? load(a, ao + i) : FloatVector.fromArray(S, a, ao + i, rest);
                int from = xo + i;
                s0 = v.fma(load(x, from + x0), s0);
                s1 = v.fma(load(x, from + x1), s1);
                s2 = v.fma(load(x, from + x2), s2);
                s3 = v.fma(load(x, from + x3), s3);
                s4 = v.fma(load(x, from + x4), s4);
                s5 = v.fma(load(x, from + x5), s5);
                s6 = v.fma(load(x, from + x6), s6);
                s7 = v.fma(load(x, from + x7), s7);
                s8 = v.fma(load(x, from + x8), s8);
            }
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + STEP);
        s2.intoArray(c, co + 2 * STEP);
        s3.intoArray(c, co + 3 * STEP);
        s4.intoArray(c, co + 4 * STEP);
        s5.intoArray(c, co + 5 * STEP);
        s6.intoArray(c, co + 6 * STEP);
        s7.intoArray(c, co + 7 * STEP);
        s8.intoArray(c, co + 8 * STEP);
    }
}
