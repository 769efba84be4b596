package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `axpy`, the largest and the smallest of a range.
final class VectorRange {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorRange() {}

    static void axpy(int n, float s, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        var factor = FloatVector.broadcast(S, s);
        for (; i <= n - L; i += L) {
            factor.fma(FloatVector.fromArray(S, x, xo + i), FloatVector.fromArray(S, y, yo + i))
                    .intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            factor.fma(FloatVector.fromArray(S, x, xo + i, tail), FloatVector.fromArray(S, y, yo + i, tail))
                    .intoArray(y, yo + i, tail);
        }
    }

    /// Four running maxima, as one would wait for the latency of the last comparison at each step.
    static float max(int n, float[] x, int xo) {
        var low = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        FloatVector m0 = low, m1 = low, m2 = low, m3 = low;
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            m0 = m0.max(FloatVector.fromArray(S, x, xo + i));
            m1 = m1.max(FloatVector.fromArray(S, x, xo + i + L));
            m2 = m2.max(FloatVector.fromArray(S, x, xo + i + 2 * L));
            m3 = m3.max(FloatVector.fromArray(S, x, xo + i + 3 * L));
        }
        for (; i <= n - L; i += L) {
            m0 = m0.max(FloatVector.fromArray(S, x, xo + i));
        }
        float max = m0.max(m1).max(m2.max(m3)).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, x[xo + i]);
        }
        return max;
    }

    static float min(int n, float[] x, int xo) {
        var high = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
        FloatVector m0 = high, m1 = high, m2 = high, m3 = high;
        int i = 0;
        for (; i <= n - 4 * L; i += 4 * L) {
            m0 = m0.min(FloatVector.fromArray(S, x, xo + i));
            m1 = m1.min(FloatVector.fromArray(S, x, xo + i + L));
            m2 = m2.min(FloatVector.fromArray(S, x, xo + i + 2 * L));
            m3 = m3.min(FloatVector.fromArray(S, x, xo + i + 3 * L));
        }
        for (; i <= n - L; i += L) {
            m0 = m0.min(FloatVector.fromArray(S, x, xo + i));
        }
        float min = m0.min(m1).min(m2.min(m3)).reduceLanes(VectorOperators.MIN);
        for (; i < n; i++) {
            min = Math.min(min, x[xo + i]);
        }
        return min;
    }
}
