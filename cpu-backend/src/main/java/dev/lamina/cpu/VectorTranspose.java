package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Turns blocks of as many rows as a vector has lanes, up to sixteen: for each power of two d below, the upper right
/// element of each 2 x 2 in rows and columns d apart changes places with the lower left one (Eklundh 1972).
final class VectorTranspose {
    /// Lanes that it can turn.
    static final int MOST = 16;

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> UP_1 = shuffle(1);
    private static final VectorShuffle<Float> DOWN_1 = shuffle(-1);
    private static final VectorMask<Float> ODD_1 = odd(1);
    private static final VectorShuffle<Float> UP_2 = shuffle(2);
    private static final VectorShuffle<Float> DOWN_2 = shuffle(-2);
    private static final VectorMask<Float> ODD_2 = odd(2);
    private static final VectorShuffle<Float> UP_4 = shuffle(4);
    private static final VectorShuffle<Float> DOWN_4 = shuffle(-4);
    private static final VectorMask<Float> ODD_4 = odd(4);
    private static final VectorShuffle<Float> UP_8 = shuffle(8);
    private static final VectorShuffle<Float> DOWN_8 = shuffle(-8);
    private static final VectorMask<Float> ODD_8 = odd(8);

    private VectorTranspose() {}

    private static VectorShuffle<Float> shuffle(int by) {
        return VectorShuffle.fromOp(S, j -> j + by & L - 1);
    }

    /// The lanes whose number has this bit.
    static VectorMask<Float> odd(int bit) {
        long bits = 0;
        for (int j = 0; j < L; j++) if ((j & bit) != 0) bits |= 1L << j;
        return VectorMask.fromLong(S, bits);
    }

    /// See [Simd#transpose]. The last blocks end where the matrix ends, and so overlap those before them.
    static void matrix(int m, int n, float[] from, int fo, int ld, float[] to, int t, int ldt, float[] work) {
        if (L > MOST || m < L || n < L) {
            for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) to[t + j * ldt + i] = from[fo + i * ld + j];
            return;
        }
        for (int row = 0; row < m; row += L) {
            int i = Math.min(row, m - L);
            for (int column = 0; column < n; column += L) {
                int j = Math.min(column, n - L);
                block(from, fo + i * ld + j, ld, to, t + j * ldt + i, ldt, work);
            }
        }
    }

    /// `to[t + j * ldt + i] = from[fo + i * ld + j]` for all lanes i, j; `work` is scratch of as many floats.
    static void block(float[] from, int fo, int ld, float[] to, int t, int ldt, float[] work) {
        switch (L) {
            case 4 -> lowest(from, fo, ld, to, t, ldt);
            case 8 -> {
                for (int i = 0; i < L; i += 4) lowest(from, fo + i * ld, ld, work, i * L, L);
                for (int i = 0; i < 4; i++) {
                    var a = load(work, i * L);
                    var b = load(work, (i + 4) * L);
                    a.blend(b.rearrange(DOWN_4), ODD_4).intoArray(to, t + i * ldt);
                    a.rearrange(UP_4).blend(b, ODD_4).intoArray(to, t + (i + 4) * ldt);
                }
            }
            default -> {
                for (int i = 0; i < L; i += 4) lowest(from, fo + i * ld, ld, work, i * L, L);
                for (int i = 0; i < 4; i++) highest(work, i * L, to, t + i * ldt, 4 * ldt);
            }
        }
    }

    /// [Pack#across], as far as there are whole blocks. The last one moves back.
    static void across(int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        int whole = k < L || L > MOST ? 0 : rows - rows % L;
        if (whole > 0) {
            var work = Scratch.floats(L * L);
            for (int r = 0; r < whole; r += L)
                for (int column = 0; column < k; column += L) {
                    int p = Math.min(column, k - L);
                    block(from, fo + r * ld + p, ld, to, t + p * width + r, width, work);
                }
            Scratch.give(work);
        }
        if (whole < width) Pack.across(whole, rows, k, from, fo, ld, to, t, width);
    }

    private static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(S, from, at);
    }

    /// Columns 1 and 2 apart, of four rows.
    private static void lowest(float[] from, int fo, int ld, float[] to, int t, int ldt) {
        var a = load(from, fo);
        var b = load(from, fo + ld);
        var c = load(from, fo + 2 * ld);
        var d = load(from, fo + 3 * ld);
        var a1 = a.blend(b.rearrange(DOWN_1), ODD_1);
        var b1 = a.rearrange(UP_1).blend(b, ODD_1);
        var c1 = c.blend(d.rearrange(DOWN_1), ODD_1);
        var d1 = c.rearrange(UP_1).blend(d, ODD_1);
        a1.blend(c1.rearrange(DOWN_2), ODD_2).intoArray(to, t);
        b1.blend(d1.rearrange(DOWN_2), ODD_2).intoArray(to, t + ldt);
        a1.rearrange(UP_2).blend(c1, ODD_2).intoArray(to, t + 2 * ldt);
        b1.rearrange(UP_2).blend(d1, ODD_2).intoArray(to, t + 3 * ldt);
    }

    /// Columns 4 and 8 apart, of four rows that are four apart.
    private static void highest(float[] from, int fo, float[] to, int t, int by) {
        var a = load(from, fo);
        var b = load(from, fo + 4 * L);
        var c = load(from, fo + 8 * L);
        var d = load(from, fo + 12 * L);
        var a1 = a.blend(b.rearrange(DOWN_4), ODD_4);
        var b1 = a.rearrange(UP_4).blend(b, ODD_4);
        var c1 = c.blend(d.rearrange(DOWN_4), ODD_4);
        var d1 = c.rearrange(UP_4).blend(d, ODD_4);
        a1.blend(c1.rearrange(DOWN_8), ODD_8).intoArray(to, t);
        b1.blend(d1.rearrange(DOWN_8), ODD_8).intoArray(to, t + by);
        a1.rearrange(UP_8).blend(c1, ODD_8).intoArray(to, t + 2 * by);
        b1.rearrange(UP_8).blend(d1, ODD_8).intoArray(to, t + 3 * by);
    }
}
