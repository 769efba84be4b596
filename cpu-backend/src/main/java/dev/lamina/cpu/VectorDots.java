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
    static float total(FloatVector v) {
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
}
