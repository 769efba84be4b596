package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.SIGN_BIT;
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

    static void round(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var size = v.abs();
            var rounded = size.add(WHOLE)
                    .sub(WHOLE)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, v.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats();
            v.blend(rounded, size.compare(VectorOperators.LT, WHOLE)).intoArray(y, yo + i);
        }
    }

    static void floor(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var size = v.abs();
            var rounded = size.add(WHOLE)
                    .sub(WHOLE)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, v.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats();
            var r = v.blend(rounded, size.compare(VectorOperators.LT, WHOLE));
            r.blend(r.sub(1f), r.compare(VectorOperators.GT, v)).intoArray(y, yo + i);
        }
    }

    static void ceil(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var size = v.abs();
            var sign = v.reinterpretAsInts().and(SIGN_BIT);
            var rounded = size.add(WHOLE)
                    .sub(WHOLE)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, sign)
                    .reinterpretAsFloats();
            var r = v.blend(rounded, size.compare(VectorOperators.LT, WHOLE));
            r.blend(r.add(1f), r.compare(VectorOperators.LT, v))
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, sign)
                    .reinterpretAsFloats()
                    .intoArray(y, yo + i);
        }
    }

    /// 1, -1, or x itself for zeros and NaN.
    static void sign(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            v.blend(1f, v.compare(VectorOperators.GT, 0f))
                    .blend(-1f, v.compare(VectorOperators.LT, 0f))
                    .intoArray(y, yo + i);
        }
    }
}
