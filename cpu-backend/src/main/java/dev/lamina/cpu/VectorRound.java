package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.WHOLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// round (halves to even), floor, ceil and sign over whole vectors.
///
/// Adding and subtracting `2^23` rounds a smaller number; larger ones are integers anyway, and stay as NaN
/// does. The sign is put back at the end, as `round(-0.2)`, `ceil(-0.7)` and all three of -0 are -0.
final class VectorRound {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorRound() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    static FloatVector round(FloatVector v) {
        var size = v.abs();
        var rounded = VectorExp.signed(size.add(WHOLE).sub(WHOLE), v);
        return v.blend(rounded, size.compare(VectorOperators.LT, WHOLE));
    }

    static FloatVector floor(FloatVector v) {
        var r = round(v);
        return r.blend(r.sub(1f), r.compare(VectorOperators.GT, v));
    }

    static FloatVector ceil(FloatVector v) {
        var r = round(v);
        return VectorExp.signed(r.blend(r.add(1f), r.compare(VectorOperators.LT, v)), v);
    }

    /// 1, -1, or x itself for zeros and NaN.
    static FloatVector sign(FloatVector v) {
        return v.blend(1f, v.compare(VectorOperators.GT, 0f)).blend(-1f, v.compare(VectorOperators.LT, 0f));
    }

    static void round(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            round(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    static void floor(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            floor(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    static void ceil(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            ceil(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    static void sign(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            sign(load(x, xo + i)).intoArray(y, yo + i);
        }
    }
}
