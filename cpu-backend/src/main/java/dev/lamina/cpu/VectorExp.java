package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.E0;
import static dev.lamina.cpu.Polynomials.E1;
import static dev.lamina.cpu.Polynomials.E2;
import static dev.lamina.cpu.Polynomials.E3;
import static dev.lamina.cpu.Polynomials.E4;
import static dev.lamina.cpu.Polynomials.E5;
import static dev.lamina.cpu.Polynomials.ERF_HIGH;
import static dev.lamina.cpu.Polynomials.ERF_SPLIT;
import static dev.lamina.cpu.Polynomials.EXPM1_LOW;
import static dev.lamina.cpu.Polynomials.EXP_HIGH;
import static dev.lamina.cpu.Polynomials.EXP_LOW;
import static dev.lamina.cpu.Polynomials.EXP_PLAIN;
import static dev.lamina.cpu.Polynomials.LN2_HIGH;
import static dev.lamina.cpu.Polynomials.LN2_LOW;
import static dev.lamina.cpu.Polynomials.LOG2E;
import static dev.lamina.cpu.Polynomials.MAGIC;
import static dev.lamina.cpu.Polynomials.MAGIC_BITS;
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
import static dev.lamina.cpu.Polynomials.SIGN_BIT;
import static dev.lamina.cpu.Polynomials.TANH_HIGH;

import dev.lamina.op.Expr.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// exp, expm1, tanh and erf over whole vectors; [ScalarMath] has the same steps for one number.
///
/// Each is written out in its loop, without methods of our own that take vectors: once such a method has been
/// compiled by itself to more than 2,500 bytes, C2 no longer inlines it, every vector goes through the heap,
/// and the loop is thirty times slower (measured: erf at 0.07 elements/ns).
///
/// With `x * log2(e) + MAGIC` the integer n sits in the low bits of a float; those bits shifted left by 23 are
/// n at the place of the exponent, so adding them to the bits of y multiplies y by `2^n`.
final class VectorExp {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private static final int ERF_BLOCK = 512;

    private VectorExp() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    /// exp of a vector whose numbers all lie within [Polynomials#EXP_PLAIN]. Small enough that C2 inlines it wherever
    /// it is called.
    static FloatVector plain(FloatVector v) {
        var shifted = v.fma(all(LOG2E), all(MAGIC));
        var m = shifted.sub(MAGIC);
        var r = m.fma(all(-LN2_LOW), m.fma(all(-LN2_HIGH), v));
        var p = all(E0).fma(r, all(E1))
                .fma(r, all(E2))
                .fma(r, all(E3))
                .fma(r, all(E4))
                .fma(r, all(E5));
        return p.fma(r.mul(r), r)
                .add(1f)
                .reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    /// Vectors within the plain range take the short way. Others, such as the minus infinities of an attention
    /// mask, are clamped and scaled by `2^n` in two factors, as n alone may lie beyond the exponents on either
    /// side.
    static void exp(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            boolean plain = v.abs().compare(VectorOperators.LE, EXP_PLAIN).allTrue();
            if (!plain) {
                v = v.blend(EXP_HIGH, v.compare(VectorOperators.GT, EXP_HIGH));
                v = v.blend(EXP_LOW, v.compare(VectorOperators.LT, EXP_LOW));
            }
            var shifted = v.fma(all(LOG2E), all(MAGIC));
            var m = shifted.sub(MAGIC);
            var r = m.fma(all(-LN2_LOW), m.fma(all(-LN2_HIGH), v));
            var p = all(E0).fma(r, all(E1))
                    .fma(r, all(E2))
                    .fma(r, all(E3))
                    .fma(r, all(E4))
                    .fma(r, all(E5));
            var e = p.fma(r.mul(r), r).add(1f);
            var bits = shifted.reinterpretAsInts();
            if (plain) {
                e.reinterpretAsInts()
                        .add(bits.lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats()
                        .intoArray(y, yo + i);
            } else {
                var whole = bits.sub(MAGIC_BITS);
                var half = whole.lanewise(VectorOperators.ASHR, 1);
                var first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
                var second = whole.sub(half).add(127).lanewise(VectorOperators.LSHL, 23);
                e.mul(first).mul(second.reinterpretAsFloats()).intoArray(y, yo + i);
            }
        }
    }

    /// `2 * (2^(n-1) * (exp(r) - 1) + (2^(n-1) - 1/2))`, then the sign of x for -0.
    static void expm1(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var given = FloatVector.fromArray(S, x, xo + i);
            var v = given.blend(EXP_HIGH, given.compare(VectorOperators.GT, EXP_HIGH));
            v = v.blend(EXPM1_LOW, v.compare(VectorOperators.LT, EXPM1_LOW));
            var shifted = v.fma(all(LOG2E), all(MAGIC));
            var m = shifted.sub(MAGIC);
            var r = m.fma(all(-LN2_LOW), m.fma(all(-LN2_HIGH), v));
            var p = all(E0).fma(r, all(E1))
                    .fma(r, all(E2))
                    .fma(r, all(E3))
                    .fma(r, all(E4))
                    .fma(r, all(E5));
            var e = p.fma(r.mul(r), r);
            var half = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 23)
                    .add(126 << 23)
                    .reinterpretAsFloats();
            half.fma(e, half.sub(0.5f))
                    .mul(2f)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, given.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats()
                    .intoArray(y, yo + i);
        }
    }

    /// `t / (t + 2)` with `t = expm1(2 |x|)`: no cancellation near zero.
    static void tanh(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var given = FloatVector.fromArray(S, x, xo + i);
            var size = given.abs();
            var v = size.blend(TANH_HIGH, size.compare(VectorOperators.GT, TANH_HIGH));
            v = v.add(v);
            var shifted = v.fma(all(LOG2E), all(MAGIC));
            var m = shifted.sub(MAGIC);
            var r = m.fma(all(-LN2_LOW), m.fma(all(-LN2_HIGH), v));
            var p = all(E0).fma(r, all(E1))
                    .fma(r, all(E2))
                    .fma(r, all(E3))
                    .fma(r, all(E4))
                    .fma(r, all(E5));
            var e = p.fma(r.mul(r), r);
            var half = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 23)
                    .add(126 << 23)
                    .reinterpretAsFloats();
            var t = half.fma(e, half.sub(0.5f)).mul(2f);
            t.div(t.add(2f))
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, given.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats()
                    .intoArray(y, yo + i);
        }
    }

    /// `x + x * P(x^2)` near zero, `1 - exp(Q(|x|) - |x|)` beyond, in three passes over a block of scratch: as
    /// one loop it has more vector operations than C2 inlines into a method (some fifty), and runs at 0.1
    /// elements/ns.
    static void erf(int n, float[] x, int xo, float[] y, int yo) {
        var far = Scratch.floats(ERF_BLOCK);
        for (int i = 0; i < n; i += ERF_BLOCK) {
            int count = Math.min(ERF_BLOCK, n - i);
            erfPower(count, x, xo + i, far);
            VectorTable.unary(UnaryFn.EXP, count, far, 0, far, 0);
            erfJoin(count, x, xo + i, far, y, yo + i);
        }
        Scratch.give(far);
    }

    /// `Q(|x|) - |x|`, which stays between -18 and 0.
    private static void erfPower(int n, float[] x, int xo, float[] power) {
        for (int i = 0; i < n; i += L) {
            var size = FloatVector.fromArray(S, x, xo + i).abs();
            var t = size.blend(ERF_HIGH, size.compare(VectorOperators.GT, ERF_HIGH));
            var u = t.fma(all(Q2), all(Q3));
            var q = t.fma(all(Q0), all(Q1))
                    .fma(t.mul(t), u)
                    .fma(t, all(Q4))
                    .fma(t, all(Q5))
                    .fma(t, all(Q6));
            q.fma(t, t.neg()).intoArray(power, i);
        }
    }

    private static void erfJoin(int n, float[] x, int xo, float[] power, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            var far = all(1f).sub(FloatVector.fromArray(S, power, i))
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.OR, v.reinterpretAsInts().and(SIGN_BIT))
                    .reinterpretAsFloats();
            var s = v.mul(v);
            var near = all(P0).fma(s, all(P1))
                    .fma(s, all(P2))
                    .fma(s, all(P3))
                    .fma(s, all(P4))
                    .fma(s, all(P5));
            near.fma(v, v)
                    .blend(far, v.abs().compare(VectorOperators.GT, ERF_SPLIT))
                    .intoArray(y, yo + i);
        }
    }
}
