package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Inner products of four rows with four rows, whose lanes are added up together in the end: a row of C needs neither
/// packing nor a tile as wide as vectors.
final class VectorDotTile {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /// Rows and columns of a tile.
    private static final int SIDE = 4;
    /// Floats of the sums of a tile.
    private static final int TILE = SIDE * SIDE * L;
    /// Tiles whose sums are added up together: what has just been written is not ready to be read.
    private static final int TILES = 16;

    private static final VectorShuffle<Float> BY_1 = neighbours(1);
    private static final VectorMask<Float> ODD_1 = VectorTranspose.odd(1);
    private static final VectorShuffle<Float> BY_2 = neighbours(2);
    private static final VectorMask<Float> ODD_2 = VectorTranspose.odd(2);
    private static final VectorShuffle<Float> BY_4 = neighbours(4);
    private static final VectorMask<Float> ODD_4 = VectorTranspose.odd(4);
    private static final VectorShuffle<Float> BY_8 = neighbours(8);
    private static final VectorMask<Float> ODD_8 = VectorTranspose.odd(8);

    private VectorDotTile() {}

    private static VectorShuffle<Float> neighbours(int by) {
        return VectorShuffle.fromOp(S, j -> (j ^ by) & L - 1);
    }

    private static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(S, from, at);
    }

    static boolean fits(int m, int n, int k) {
        return m >= SIDE && n >= SIDE && k % L == 0 && L <= SIDE * SIDE;
    }

    /// See [Simd#multiplyDots]. A tile that would hang over the border of C moves back.
    static void multiply(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
        var work = Scratch.floats(TILES * TILE);
        for (int column = 0; column < n; column += SIDE) {
            int j = Math.min(column, n - SIDE);
            int right = b.offset() + j * b.step();
            for (int first = 0; first < m; first += TILES * SIDE) {
                int last = Math.min(m, first + TILES * SIDE);
                int t = 0;
                for (int row = first; row < last; row += SIDE, t += TILE) {
                    int left = a.offset() + Math.min(row, m - SIDE) * a.step();
                    dots(k, a.data(), left, a.step(), b.data(), right, b.step(), work, t);
                }
                totals(t, work);
                int from = 0;
                for (int row = first; row < last; row += SIDE, from += SIDE * SIDE)
                    store(work, from, c.data(), c.index(Math.min(row, m - SIDE), j), c.step());
            }
        }
        Scratch.give(work);
    }

    private static void store(float[] sums, int from, float[] c, int to, int ldc) {
        for (int r = 0; r < SIDE; r++, from += SIDE, to += ldc) {
            c[to] = sums[from];
            c[to + 1] = sums[from + 1];
            c[to + 2] = sums[from + 2];
            c[to + 3] = sums[from + 3];
        }
    }

    /// Vector `4 * i + j` from `work[t]` on: its lanes are parts of row i of A times row j of B. `k` is a multiple of
    /// the lanes.
    private static void dots(int k, float[] a, int ao, int lda, float[] b, int bo, int ldb, float[] work, int t) {
        var zero = FloatVector.zero(S);
        FloatVector s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        FloatVector s10 = zero, s11 = zero, s12 = zero, s13 = zero;
        FloatVector s20 = zero, s21 = zero, s22 = zero, s23 = zero;
        FloatVector s30 = zero, s31 = zero, s32 = zero, s33 = zero;
        for (int p = 0; p < k; p += L) {
            var y0 = load(b, bo + p);
            var y1 = load(b, bo + ldb + p);
            var y2 = load(b, bo + 2 * ldb + p);
            var y3 = load(b, bo + 3 * ldb + p);
            var x = load(a, ao + p);
            s00 = x.fma(y0, s00);
            s01 = x.fma(y1, s01);
            s02 = x.fma(y2, s02);
            s03 = x.fma(y3, s03);
            x = load(a, ao + lda + p);
            s10 = x.fma(y0, s10);
            s11 = x.fma(y1, s11);
            s12 = x.fma(y2, s12);
            s13 = x.fma(y3, s13);
            x = load(a, ao + 2 * lda + p);
            s20 = x.fma(y0, s20);
            s21 = x.fma(y1, s21);
            s22 = x.fma(y2, s22);
            s23 = x.fma(y3, s23);
            x = load(a, ao + 3 * lda + p);
            s30 = x.fma(y0, s30);
            s31 = x.fma(y1, s31);
            s32 = x.fma(y2, s32);
            s33 = x.fma(y3, s33);
        }
        s00.intoArray(work, t);
        s01.intoArray(work, t + L);
        s02.intoArray(work, t + 2 * L);
        s03.intoArray(work, t + 3 * L);
        s10.intoArray(work, t + 4 * L);
        s11.intoArray(work, t + 5 * L);
        s12.intoArray(work, t + 6 * L);
        s13.intoArray(work, t + 7 * L);
        s20.intoArray(work, t + 8 * L);
        s21.intoArray(work, t + 9 * L);
        s22.intoArray(work, t + 10 * L);
        s23.intoArray(work, t + 11 * L);
        s30.intoArray(work, t + 12 * L);
        s31.intoArray(work, t + 13 * L);
        s32.intoArray(work, t + 14 * L);
        s33.intoArray(work, t + 15 * L);
    }

    /// The sums of the lanes of the vectors in `work[0 .. end)`, one after the other from its beginning on: in short
    /// loops, as C2 stops inlining in a long method.
    private static void totals(int end, float[] work) {
        near(end, work);
        if (L == 8) far2(end / 4, work);
        if (L == 16) far4(end / 4, work);
    }

    /// Of each four vectors: lane j holds a part of the sum of vector j % 4.
    private static void near(int end, float[] work) {
        for (int at = 0, to = 0; at < end; at += 4 * L, to += L) {
            var even = pair(load(work, at), load(work, at + L), BY_1, ODD_1);
            var odd = pair(load(work, at + 2 * L), load(work, at + 3 * L), BY_1, ODD_1);
            pair(even, odd, BY_2, ODD_2).intoArray(work, to);
        }
    }

    private static void far2(int end, float[] work) {
        for (int at = 0, to = 0; at < end; at += 2 * L, to += L)
            pair(load(work, at), load(work, at + L), BY_4, ODD_4).intoArray(work, to);
    }

    private static void far4(int end, float[] work) {
        for (int at = 0, to = 0; at < end; at += 4 * L, to += L) {
            var low = pair(load(work, at), load(work, at + L), BY_4, ODD_4);
            var high = pair(load(work, at + 2 * L), load(work, at + 3 * L), BY_4, ODD_4);
            pair(low, high, BY_8, ODD_8).intoArray(work, to);
        }
    }

    /// Sums of neighbours: those of `a` where `odd` is not set, those of `b` where it is.
    private static FloatVector pair(
            FloatVector a, FloatVector b, VectorShuffle<Float> neighbours, VectorMask<Float> odd) {
        return a.blend(b, odd).add(b.blend(a, odd).rearrange(neighbours));
    }
}
