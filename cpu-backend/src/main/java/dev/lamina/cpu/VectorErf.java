package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.ERF_HIGH;
import static dev.lamina.cpu.Polynomials.ERF_SPLIT;
import static dev.lamina.cpu.Polynomials.P0;
import static dev.lamina.cpu.Polynomials.P1;
import static dev.lamina.cpu.Polynomials.P2;
import static dev.lamina.cpu.Polynomials.P3;
import static dev.lamina.cpu.Polynomials.P4;
import static dev.lamina.cpu.Polynomials.P5;
import static dev.lamina.cpu.Polynomials.Q0;
import static dev.lamina.cpu.Polynomials.Q1;
import static dev.lamina.cpu.Polynomials.Q2;
import static dev.lamina.cpu.Polynomials.Q3;
import static dev.lamina.cpu.Polynomials.Q4;
import static dev.lamina.cpu.Polynomials.Q5;
import static dev.lamina.cpu.Polynomials.Q6;
import static dev.lamina.cpu.Polynomials.Q7;
import static dev.lamina.cpu.Polynomials.Q8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// erf of vectors, within 1.8 units of the last place; [ScalarMath] has the same steps for one number. In two parts for
/// the reason given at [VectorExp].
final class VectorErf {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorErf() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    /// What `|erf|` lacks to 1 beyond [Polynomials#ERF_SPLIT].
    static FloatVector rest(FloatVector x) {
        var size = x.abs();
        var t = size.blend(ERF_HIGH, size.compare(VectorOperators.GT, ERF_HIGH));
        var root = all(Q0).fma(t, all(Q1))
                .fma(t, all(Q2))
                .fma(t, all(Q3))
                .fma(t, all(Q4))
                .fma(t, all(Q5))
                .fma(t, all(Q6))
                .fma(t, all(Q7))
                .fma(t, all(Q8));
        var square = root.mul(root);
        return square.mul(square);
    }

    /// `x + x * P(x^2)` near zero, 1 less [#rest] with the sign of x beyond.
    static FloatVector join(FloatVector x, FloatVector rest) {
        var s = x.mul(x);
        var near = all(P0).fma(s, all(P1))
                .fma(s, all(P2))
                .fma(s, all(P3))
                .fma(s, all(P4))
                .fma(s, all(P5));
        var far = VectorExp.signed(all(1f).sub(rest), x);
        return near.fma(x, x).blend(far, x.abs().compare(VectorOperators.GT, ERF_SPLIT));
    }

    static void erf(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = load(x, xo + i);
            join(v, rest(v)).intoArray(y, yo + i);
        }
    }
}
