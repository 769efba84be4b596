package dev.lamina.cpu;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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
/// arrays; a row shorter than a vector is written through masks, and the last of an array goes the plain way.
final class VectorPool {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /// Lane i takes lane 2 i (or 2 i + 1), modulo the length: the lower half of one vector, the upper half of
    /// the next.
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> (2 * i + 1) % L);
    private static final VectorMask<Float> UPPER = VectorMask.fromLong(S, -1L << L / 2);
    private static final FloatVector QUARTER = FloatVector.broadcast(S, 0.25f);

    /// Handles for the reason given at [VectorTable].
    private static final MethodHandle[] MAX = {rows("maxOfRows"), rows("maxOfShortRows")};

    /// Lane i takes lane i / 2, and every second lane is another vector's.
    private static final VectorShuffle<Float> LOW = VectorShuffle.fromOp(S, i -> i / 2);
    private static final VectorMask<Float> SECOND = VectorMask.fromLong(S, 0xAAAA_AAAA_AAAA_AAAAL);

    private VectorPool() {}

    private static MethodHandle rows(String name) {
        var type = MethodType.methodType(
                void.class,
                int.class,
                int.class,
                float[].class,
                int.class,
                int.class,
                float[].class,
                int.class,
                int[].class,
                int.class);
        return VectorTable.find(MethodHandles.lookup(), VectorPool.class, name, type);
    }

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    private static FloatVector even(FloatVector left, FloatVector right) {
        return left.rearrange(EVEN).blend(right.rearrange(EVEN), UPPER);
    }

    private static FloatVector odd(FloatVector left, FloatVector right) {
        return left.rearrange(ODD).blend(right.rearrange(ODD), UPPER);
    }

    /// See [Simd#maxOfFour].
    static void max(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        try {
            MAX[n < L ? 1 : 0].invokeExact(rows, n, x, xo, w, y, yo, index, io);
        } catch (Throwable e) {
            throw VectorTable.rethrow(e);
        }
    }

    private static void maxOfRows(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        var b1 = places(1);
        var c1 = places(w);
        var d1 = places(w + 1);
        for (int r = 0; r < rows; r++) {
            for (int next = 0; next < n; next += L) {
                int i = Math.min(next, n - L);
                int place = 2 * (r * w + i);
                int upper = xo + place;
                int lower = upper + w;
                var u0 = load(x, upper);
                var u1 = load(x, upper + L);
                var l0 = load(x, lower);
                var l1 = load(x, lower + L);
                var a = even(u0, u1);
                var b = odd(u0, u1);
                var c = even(l0, l1);
                var d = odd(l0, l1);
                int t = r * n + i;
                if (special(a, b, c, d)) {
                    ScalarPool.max(1, L, x, upper, w, place, y, yo + t, index, io + t);
                    continue;
                }
                var max = larger(larger(a, b), larger(c, d));
                max.intoArray(y, yo + t);
                places(place, max, a, b, c, b1, c1, d1).intoArray(index, io + t);
            }
        }
    }

    private static void maxOfShortRows(
            int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        var valid = S.indexInRange(0, n);
        var validPlaces = I.indexInRange(0, n);
        var b1 = places(1);
        var c1 = places(w);
        var d1 = places(w + 1);
        for (int r = 0; r < rows; r++) {
            int place = 2 * r * w;
            int upper = xo + place;
            int lower = upper + w;
            int t = r * n;
            if (lower + 2 * L > x.length || yo + t + L > y.length || io + t + L > index.length) {
                ScalarPool.max(rows - r, n, x, upper, w, place, y, yo + t, index, io + t);
                return;
            }
            var u0 = load(x, upper);
            var u1 = load(x, upper + L);
            var l0 = load(x, lower);
            var l1 = load(x, lower + L);
            var a = even(u0, u1);
            var b = odd(u0, u1);
            var c = even(l0, l1);
            var d = odd(l0, l1);
            if (special(a, b, c, d)) {
                ScalarPool.max(1, n, x, upper, w, place, y, yo + t, index, io + t);
                continue;
            }
            var max = larger(larger(a, b), larger(c, d));
            max.intoArray(y, yo + t, valid);
            places(place, max, a, b, c, b1, c1, d1).intoArray(index, io + t, validPlaces);
        }
    }

    /// Whether there may be NaN, which comparisons do not see.
    private static boolean special(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        var sum = a.add(b).add(c.add(d));
        return sum.compare(VectorOperators.NE, sum).anyTrue();
    }

    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    /// Ints in the shape of floats, for masks that come from comparing floats.
    private static FloatVector places(int place) {
        return IntVector.broadcast(I, place).reinterpretAsFloats();
    }

    /// The places are found by equality with the maximum, from the last to the first, so that the first remains.
    private static IntVector places(
            int first,
            FloatVector max,
            FloatVector a,
            FloatVector b,
            FloatVector c,
            FloatVector b1,
            FloatVector c1,
            FloatVector d1) {
        return d1.blend(c1, max.compare(VectorOperators.EQ, c))
                .blend(b1, max.compare(VectorOperators.EQ, b))
                .blend(0f, max.compare(VectorOperators.EQ, a))
                .reinterpretAsInts()
                .add(first)
                .addIndex(2);
    }

    /// See [Simd#meanOfFour].
    static void mean(int rows, int n, float[] x, int xo, int w, float[] y, int yo) {
        if (n < L) {
            meanOfShortRows(rows, n, x, xo, w, y, yo);
            return;
        }
        for (int r = 0; r < rows; r++) {
            for (int next = 0; next < n; next += L) {
                int i = Math.min(next, n - L);
                int upper = xo + 2 * (r * w + i);
                int lower = upper + w;
                var left = load(x, upper).add(load(x, lower));
                var right = load(x, upper + L).add(load(x, lower + L));
                even(left, right).add(odd(left, right)).mul(QUARTER).intoArray(y, yo + r * n + i);
            }
        }
    }

    private static void meanOfShortRows(int rows, int n, float[] x, int xo, int w, float[] y, int yo) {
        var valid = S.indexInRange(0, n);
        for (int r = 0; r < rows; r++) {
            int upper = xo + 2 * r * w;
            int lower = upper + w;
            if (lower + 2 * L > x.length || yo + r * n + L > y.length) {
                ScalarPool.mean(rows - r, n, x, upper, w, y, yo + r * n);
                return;
            }
            var left = load(x, upper).add(load(x, lower));
            var right = load(x, upper + L).add(load(x, lower + L));
            even(left, right).add(odd(left, right)).mul(QUARTER).intoArray(y, yo + r * n, valid);
        }
    }

    /// See [Simd#everyOther]. Rows from which a vector would read beyond the array go the plain way.
    static void everyOther(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        int r = 0;
        int end = x.length - 2 * Math.max(n, L);
        var valid = S.indexInRange(0, n);
        for (; r < rows && xo <= end; r++, xo += byX, yo += byY) {
            for (int i = 0; i < n - L; i += L)
                even(load(x, xo + 2 * i), load(x, xo + 2 * i + L)).intoArray(y, yo + i);
            int last = Math.max(0, n - L);
            var v = even(load(x, xo + 2 * last), load(x, xo + 2 * last + L));
            if (n < L) v.intoArray(y, yo, valid);
            else v.intoArray(y, yo + last);
        }
        for (; r < rows; r++, xo += byX, yo += byY) for (int i = 0; i < n; i++) y[yo + i] = x[xo + 2 * i];
    }

    /// See [Simd#interleave]. Rows from which a vector would read beyond an array go the plain way.
    static void interleave(int rows, int n, float[] x, int xo, float[] y, int yo, int by, float[] z, int zo, int byZ) {
        int r = 0;
        int beyond = n / 2 + L;
        var valid = S.indexInRange(0, n);
        for (; r < rows && xo + beyond <= x.length && yo + beyond <= y.length; r++, xo += by, yo += by, zo += byZ) {
            for (int i = 0; i < n - L; i += L)
                inTurns(x, xo + i / 2, y, yo + i / 2).intoArray(z, zo + i);
            int last = n - L;
            if (last < 0) inTurns(x, xo, y, yo).intoArray(z, zo, valid);
            else if (last % 2 == 0) inTurns(x, xo + last / 2, y, yo + last / 2).intoArray(z, zo + last);
            else inTurns(y, yo + last / 2, x, xo + last / 2 + 1).intoArray(z, zo + last);
        }
        for (; r < rows; r++, xo += by, yo += by, zo += byZ)
            for (int i = 0; i < n; i++) z[zo + i] = i % 2 == 0 ? x[xo + i / 2] : y[yo + i / 2];
    }

    private static FloatVector inTurns(float[] x, int xo, float[] y, int yo) {
        return load(x, xo).rearrange(LOW).blend(load(y, yo).rearrange(LOW), SECOND);
    }
}
