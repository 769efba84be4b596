package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.L0;
import static dev.lamina.cpu.Polynomials.L1;
import static dev.lamina.cpu.Polynomials.L2;
import static dev.lamina.cpu.Polynomials.L3;
import static dev.lamina.cpu.Polynomials.L4;
import static dev.lamina.cpu.Polynomials.L5;
import static dev.lamina.cpu.Polynomials.L6;
import static dev.lamina.cpu.Polynomials.L7;
import static dev.lamina.cpu.Polynomials.L8;
import static dev.lamina.cpu.Polynomials.LN2_HIGH;
import static dev.lamina.cpu.Polynomials.LN2_LOW;
import static dev.lamina.cpu.Polynomials.SIGN_BIT;
import static dev.lamina.cpu.Polynomials.SQRT_HALF_BITS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// log and log1p over whole vectors; a vector with a number outside the plain range goes through [ScalarMath].
///
/// Written out in the loops for the reason given at [VectorExp].
final class VectorLog {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorLog() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    static void log(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var plain =
                    v.compare(VectorOperators.GE, Float.MIN_NORMAL).and(v.compare(VectorOperators.LE, Float.MAX_VALUE));
            if (!plain.allTrue()) {
                for (int j = i; j < i + L; j++) {
                    y[yo + j] = ScalarMath.log(x[xo + j]);
                }
                continue;
            }
            var bits = v.reinterpretAsInts();
            var whole = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
            var e = (FloatVector) whole.convert(VectorOperators.I2F, 0);
            var f = bits.sub(whole.lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .sub(1f);
            var z = f.mul(f);
            var high = all(L0).fma(f, all(L1)).fma(z, f.fma(all(L2), all(L3)));
            var low = f.fma(all(L4), all(L5)).fma(z, f.fma(all(L6), all(L7)));
            var p = high.fma(z.mul(z), low).fma(f, all(L8));
            p = e.fma(all(LN2_LOW), p.mul(f).mul(z));
            p = z.fma(all(-0.5f), p);
            e.fma(all(LN2_HIGH), f.add(p)).intoArray(y, yo + i);
        }
    }

    /// The logarithm of the rounded `u = 1 + x`, less what the rounding added, to first order; the sign of x
    /// for -0.
    static void log1p(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var plain = v.compare(VectorOperators.GT, -1f).and(v.compare(VectorOperators.LE, Float.MAX_VALUE));
            if (!plain.allTrue()) {
                for (int j = i; j < i + L; j++) {
                    y[yo + j] = ScalarMath.log1p(x[xo + j]);
                }
                continue;
            }
            var u = v.add(1f);
            var bits = u.reinterpretAsInts();
            var whole = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
            var e = (FloatVector) whole.convert(VectorOperators.I2F, 0);
            var f = bits.sub(whole.lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .sub(1f);
            var z = f.mul(f);
            var high = all(L0).fma(f, all(L1)).fma(z, f.fma(all(L2), all(L3)));
            var low = f.fma(all(L4), all(L5)).fma(z, f.fma(all(L6), all(L7)));
            var p = high.fma(z.mul(z), low).fma(f, all(L8));
            p = e.fma(all(LN2_LOW), p.mul(f).mul(z));
            p = z.fma(all(-0.5f), p);
            e.fma(all(LN2_HIGH), f.add(p))
                    .sub(u.sub(1f).sub(v).div(u))
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, v.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats()
                    .intoArray(y, yo + i);
        }
    }
}
