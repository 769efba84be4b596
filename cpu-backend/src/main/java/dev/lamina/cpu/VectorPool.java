package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Windows of 2 x 2 side by side, a vector of them at a time, and every other element of a row: even and odd columns
/// are first drawn apart.
///
/// The last vector of a row overlaps the one before, which is harmless as input and output are different
/// arrays; a row shorter than a vector is read and written through masks.
final class VectorPool {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /// Lane i takes lane 2 i (or 2 i + 1), modulo the length: the lower half of one vector, the upper half of
    /// the next.
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
    private static final VectorMask<Float> UPPER = VectorMask.fromLong(S, -1L << L / 2);

    /// Lane i takes lane i / 2 of one half, and every second lane is another vector's.
    private static final VectorShuffle<Float> LOW = VectorShuffle.fromOp(S, i -> i / 2);
    private static final VectorShuffle<Float> HIGH = VectorShuffle.fromOp(S, i -> (L + i) / 2);
    private static final VectorMask<Float> SECOND = VectorMask.fromLong(S, 0xAAAA_AAAA_AAAA_AAAAL);

    private VectorPool() {}

    /// See [Simd#maxOfFour]. The place is found by equality with the maximum, from the last to the first, so
    /// that the first remains; NaN equals nothing and goes the slow way.
    static void max(int n, float[] x, int upper, int lower, int w, int place, float[] y, int yo, int[] index, int io) {
        if (n < L) {
            maxOfShortRow(n, x, upper, lower, w, place, y, yo, index, io);
            return;
        }
        for (int next = 0; next < n; next += L) {
            int i = Math.min(next, n - L);
            var u0 = FloatVector.fromArray(S, x, upper + 2 * i);
            var u1 = FloatVector.fromArray(S, x, upper + 2 * i + L);
            var l0 = FloatVector.fromArray(S, x, lower + 2 * i);
            var l1 = FloatVector.fromArray(S, x, lower + 2 * i + L);
            var a = even(u0, u1);
            var b = odd(u0, u1);
            var c = even(l0, l1);
            var max = a.max(b).max(c.max(odd(l0, l1)));
            if (max.compare(VectorOperators.NE, max).anyTrue()) {
                ScalarPool.max(L, x, upper + 2 * i, lower + 2 * i, w, place + 2 * i, y, yo + i, index, io + i);
                continue;
            }
            max.intoArray(y, yo + i);
            places(max, a, b, c, w, place + 2 * i).intoArray(index, io + i);
        }
    }

    private static void maxOfShortRow(
            int n, float[] x, int upper, int lower, int w, int place, float[] y, int yo, int[] index, int io) {
        var first = S.indexInRange(0, 2 * n);
        var second = S.indexInRange(L, 2 * n);
        var u0 = FloatVector.fromArray(S, x, upper, first);
        var u1 = FloatVector.fromArray(S, x, upper + L, second);
        var l0 = FloatVector.fromArray(S, x, lower, first);
        var l1 = FloatVector.fromArray(S, x, lower + L, second);
        var a = even(u0, u1);
        var b = odd(u0, u1);
        var c = even(l0, l1);
        var max = a.max(b).max(c.max(odd(l0, l1)));
        if (max.compare(VectorOperators.NE, max).anyTrue()) {
            ScalarPool.max(n, x, upper, lower, w, place, y, yo, index, io);
            return;
        }
        max.intoArray(y, yo, S.indexInRange(0, n));
        places(max, a, b, c, w, place).intoArray(index, io, I.indexInRange(0, n));
    }

    private static FloatVector even(FloatVector left, FloatVector right) {
        return left.rearrange(EVEN).blend(right.rearrange(EVEN), UPPER);
    }

    private static FloatVector odd(FloatVector left, FloatVector right) {
        return left.rearrange(ODD).blend(right.rearrange(ODD), UPPER);
    }

    private static IntVector places(FloatVector max, FloatVector a, FloatVector b, FloatVector c, int w, int place) {
        return IntVector.broadcast(I, w + 1)
                .blend(w, max.compare(VectorOperators.EQ, c).cast(I))
                .blend(1, max.compare(VectorOperators.EQ, b).cast(I))
                .blend(0, max.compare(VectorOperators.EQ, a).cast(I))
                .add(place)
                .addIndex(2);
    }

    /// See [Simd#meanOfFour].
    static void mean(int n, float[] x, int upper, int lower, float[] y, int yo) {
        if (n < L) {
            ScalarPool.mean(n, x, upper, lower, y, yo);
            return;
        }
        for (int next = 0; next < n; next += L) {
            int i = Math.min(next, n - L);
            var u0 = FloatVector.fromArray(S, x, upper + 2 * i);
            var u1 = FloatVector.fromArray(S, x, upper + 2 * i + L);
            var l0 = FloatVector.fromArray(S, x, lower + 2 * i);
            var l1 = FloatVector.fromArray(S, x, lower + 2 * i + L);
            even(u0, u1)
                    .add(odd(u0, u1))
                    .add(even(l0, l1).add(odd(l0, l1)))
                    .mul(0.25f)
                    .intoArray(y, yo + i);
        }
    }

    /// See [Simd#everyOther]. The last vector is read through masks, as the array may end with the last element.
    static void everyOther(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i < n - L; i += L) {
            int at = xo + 2 * i;
            even(FloatVector.fromArray(S, x, at), FloatVector.fromArray(S, x, at + L))
                    .intoArray(y, yo + i);
        }
        if (i == n) return;
        int at = xo + 2 * i;
        int left = 2 * (n - i) - 1;
        var first = FloatVector.fromArray(S, x, at, S.indexInRange(0, left));
        var second = FloatVector.fromArray(S, x, at + L, S.indexInRange(L, left));
        even(first, second).intoArray(y, yo + i, S.indexInRange(0, n - i));
    }

    /// See [Simd#interleave]. The last vectors are read through masks, as the arrays may end with the last element.
    static void interleave(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - 2 * L; i += 2 * L) {
            var a = FloatVector.fromArray(S, x, xo + i / 2);
            var b = FloatVector.fromArray(S, y, yo + i / 2);
            a.rearrange(LOW).blend(b.rearrange(LOW), SECOND).intoArray(z, zo + i);
            a.rearrange(HIGH).blend(b.rearrange(HIGH), SECOND).intoArray(z, zo + i + L);
        }
        if (i == n) return;
        var a = FloatVector.fromArray(S, x, xo + i / 2, S.indexInRange(0, (n - i + 1) / 2));
        var b = FloatVector.fromArray(S, y, yo + i / 2, S.indexInRange(0, (n - i) / 2));
        a.rearrange(LOW).blend(b.rearrange(LOW), SECOND).intoArray(z, zo + i, S.indexInRange(i, n));
        a.rearrange(HIGH).blend(b.rearrange(HIGH), SECOND).intoArray(z, zo + i + L, S.indexInRange(i + L, n));
    }
}
