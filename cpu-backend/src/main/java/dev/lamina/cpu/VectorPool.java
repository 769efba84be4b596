package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Windows of 2 x 2 side by side, a vector of them at a time: even and odd columns are first drawn apart.
final class VectorPool {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(S, 0);
    private static final VectorShuffle<Float> ODD = VectorShuffle.makeUnzip(S, 1);

    private VectorPool() {}

    /// See [Simd#maxOfFour]. Of equal numbers the first stays, and a NaN is replaced by none but replaces all.
    static void max(int n, float[] x, int upper, int lower, int w, int place, float[] y, int yo, int[] index, int io) {
        var steps = IntVector.zero(I).addIndex(2);
        int i = 0;
        for (; i <= n - L; i += L) {
            var u0 = FloatVector.fromArray(S, x, upper + 2 * i);
            var u1 = FloatVector.fromArray(S, x, upper + 2 * i + L);
            var l0 = FloatVector.fromArray(S, x, lower + 2 * i);
            var l1 = FloatVector.fromArray(S, x, lower + 2 * i + L);
            var best = u0.rearrange(EVEN, u1);
            var at = steps.add(place + 2 * i);
            var next = u0.rearrange(ODD, u1);
            var keep = best.compare(VectorOperators.GE, next).or(best.compare(VectorOperators.NE, best));
            best = next.blend(best, keep);
            at = at.add(1).blend(at, keep.cast(I));
            next = l0.rearrange(EVEN, l1);
            keep = best.compare(VectorOperators.GE, next).or(best.compare(VectorOperators.NE, best));
            best = next.blend(best, keep);
            at = steps.add(place + w + 2 * i).blend(at, keep.cast(I));
            next = l0.rearrange(ODD, l1);
            keep = best.compare(VectorOperators.GE, next).or(best.compare(VectorOperators.NE, best));
            next.blend(best, keep).intoArray(y, yo + i);
            steps.add(place + w + 1 + 2 * i).blend(at, keep.cast(I)).intoArray(index, io + i);
        }
        ScalarPool.max(n - i, x, upper + 2 * i, lower + 2 * i, w, place + 2 * i, y, yo + i, index, io + i);
    }

    /// See [Simd#meanOfFour].
    static void mean(int n, float[] x, int upper, int lower, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var u0 = FloatVector.fromArray(S, x, upper + 2 * i);
            var u1 = FloatVector.fromArray(S, x, upper + 2 * i + L);
            var l0 = FloatVector.fromArray(S, x, lower + 2 * i);
            var l1 = FloatVector.fromArray(S, x, lower + 2 * i + L);
            var upperPair = u0.rearrange(EVEN, u1).add(u0.rearrange(ODD, u1));
            var lowerPair = l0.rearrange(EVEN, l1).add(l0.rearrange(ODD, l1));
            upperPair.add(lowerPair).mul(0.25f).intoArray(y, yo + i);
        }
        ScalarPool.mean(n - i, x, upper + 2 * i, lower + 2 * i, y, yo + i);
    }
}
