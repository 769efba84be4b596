package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.C0;
import static dev.lamina.cpu.Polynomials.C1;
import static dev.lamina.cpu.Polynomials.C2;
import static dev.lamina.cpu.Polynomials.CIRCLE;
import static dev.lamina.cpu.Polynomials.HALF_PI_0;
import static dev.lamina.cpu.Polynomials.HALF_PI_1;
import static dev.lamina.cpu.Polynomials.HALF_PI_2;
import static dev.lamina.cpu.Polynomials.MAGIC;
import static dev.lamina.cpu.Polynomials.MAGIC_BITS;
import static dev.lamina.cpu.Polynomials.S0;
import static dev.lamina.cpu.Polynomials.S1;
import static dev.lamina.cpu.Polynomials.S2;
import static dev.lamina.cpu.Polynomials.TWO_OVER_PI;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// sin and cos over whole vectors; a vector with an argument beyond [Polynomials#CIRCLE] goes through
/// [ScalarMath].
///
/// Written out in the loop for the reason given at [VectorExp].
final class VectorCircle {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorCircle() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    static void sin(int n, float[] x, int xo, float[] y, int yo) {
        circle(0, n, x, xo, y, yo);
    }

    static void cos(int n, float[] x, int xo, float[] y, int yo) {
        circle(1, n, x, xo, y, yo);
    }

    /// `sin(x + quarter * pi / 2)`: sin for 0, cos for 1.
    private static void circle(int quarter, int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            if (v.abs().compare(VectorOperators.GT, CIRCLE).anyTrue()) {
                for (int j = i; j < i + L; j++) {
                    y[yo + j] = quarter == 0 ? ScalarMath.sin(x[xo + j]) : ScalarMath.cos(x[xo + j]);
                }
                continue;
            }
            var shifted = v.fma(all(TWO_OVER_PI), all(MAGIC));
            var m = shifted.sub(MAGIC);
            var r = m.fma(all(-HALF_PI_2), m.fma(all(-HALF_PI_1), m.fma(all(-HALF_PI_0), v)));
            var turn = shifted.reinterpretAsInts().sub(MAGIC_BITS - quarter);
            var z = r.mul(r);
            var sine = all(S0).fma(z, all(S1)).fma(z, all(S2)).mul(z).fma(r, r);
            var cosine = all(C0).fma(z, all(C1)).fma(z, all(C2)).mul(z).fma(z, z.fma(all(-0.5f), all(1f)));
            var odd = turn.and(1).compare(VectorOperators.NE, 0).cast(S);
            var result = sine.blend(cosine, odd)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.XOR, turn.and(2).lanewise(VectorOperators.LSHL, 30))
                    .reinterpretAsFloats();
            if (quarter == 0) {
                result = result.blend(v, v.compare(VectorOperators.EQ, 0f)); // sin(-0) is -0
            }
            result.intoArray(y, yo + i);
        }
    }
}
