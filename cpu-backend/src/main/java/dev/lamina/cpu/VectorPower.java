package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.SQRT_HALF_BITS;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// `x^y = 2^(y log2 x)` in doubles, as a float logarithm times a large y would lose all its digits.
///
/// A vector of doubles for half a vector of floats. `log2 m = 2 / ln 2 * atanh((m - 1) / (m + 1))` for m between
/// sqrt(1/2) and sqrt(2); `2^f` by its series. A vector with a base that is not positive and normal, or a result near
/// the ends of the float range, goes through [ScalarMath].
///
/// (The JDK's own `VectorOperators.POW` is not vectorised on AVX2: 0.06 elements/ns.)
final class VectorPower {
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int L = D.length();
    private static final VectorSpecies<Float> S =
            VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
    /// Rounds to an integer that then sits in the low bits (1.5 * 2^52).
    private static final double MAGIC = 6755399441055744.0;
    private static final double SCALE = 2 / Math.log(2);
    private static final double LN2 = Math.log(2);

    private VectorPower() {}

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(D, value);
    }

    /// Steps `xs` and `ys` of 0 stand for a single number, of which [#L] copies are given.
    static void pow(int n, float[] x, int xo, int xs, float[] y, int yo, int ys, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var base = FloatVector.fromArray(S, x, xo + i * xs);
            var power = FloatVector.fromArray(S, y, yo + i * ys);
            var bits = base.reinterpretAsInts();
            var whole = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
            var e = ((FloatVector) whole.convert(VectorOperators.I2F, 0));
            var m = (DoubleVector) bits.sub(whole.lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .convertShape(VectorOperators.F2D, D, 0);
            var s = m.sub(1).div(m.add(1));
            var t = s.mul(s);
            var log = all(1.0 / 13).fma(t, all(1.0 / 11)).fma(t, all(1.0 / 9)).fma(t, all(1.0 / 7));
            log = log.fma(t, all(1.0 / 5)).fma(t, all(1.0 / 3)).fma(t, all(1)).mul(s);
            log = log.fma(all(SCALE), (DoubleVector) e.convertShape(VectorOperators.F2D, D, 0));
            var exponent = log.mul(power.convertShape(VectorOperators.F2D, D, 0));
            var plain = exponent.abs().compare(VectorOperators.LE, 125.0).allTrue()
                    && base.compare(VectorOperators.GE, Float.MIN_NORMAL).allTrue()
                    && base.compare(VectorOperators.LE, Float.MAX_VALUE).allTrue();
            if (!plain) {
                scalar(i, i + L, x, xo, xs, y, yo, ys, z, zo);
                continue;
            }
            var shifted = exponent.add(MAGIC);
            var f = exponent.sub(shifted.sub(MAGIC)).mul(LN2);
            var p = all(1.0 / 5040).fma(f, all(1.0 / 720)).fma(f, all(1.0 / 120)).fma(f, all(1.0 / 24));
            p = p.fma(f, all(1.0 / 6)).fma(f, all(0.5)).fma(f, all(1)).fma(f, all(1));
            ((FloatVector) p.reinterpretAsLongs()
                            .add(shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52))
                            .reinterpretAsDoubles()
                            .convertShape(VectorOperators.D2F, S, 0))
                    .intoArray(z, zo + i);
        }
        scalar(i, n, x, xo, xs, y, yo, ys, z, zo);
    }

    private static void scalar(
            int from, int to, float[] x, int xo, int xs, float[] y, int yo, int ys, float[] z, int zo) {
        for (int i = from; i < to; i++) {
            z[zo + i] = (float) Math.pow(x[xo + i * xs], y[yo + i * ys]);
        }
    }

    /// A fixed exponent: products and roots for the usual ones.
    static void pow(int n, float[] x, int xo, float s, float[] z, int zo) {
        if (s == 2f) {
            VectorArithmetic.mul(n, x, xo, x, xo, z, zo);
        } else if (s == -1f) {
            VectorArithmetic.div(n, 1f, x, xo, z, zo);
        } else if (s == 3f) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] * x[xo + i] * x[xo + i];
            }
        } else {
            var copies = copies(s);
            pow(n, x, xo, 1, copies, 0, 0, z, zo);
            Scratch.give(copies);
        }
    }

    static void pow(int n, float s, float[] y, int yo, float[] z, int zo) {
        var copies = copies(s);
        pow(n, copies, 0, 0, y, yo, 1, z, zo);
        Scratch.give(copies);
    }

    private static float[] copies(float s) {
        var copies = Scratch.floats(L);
        for (int i = 0; i < L; i++) {
            copies[i] = s;
        }
        return copies;
    }
}
