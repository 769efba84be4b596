package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.E0;
import static dev.lamina.cpu.Polynomials.E1;
import static dev.lamina.cpu.Polynomials.E2;
import static dev.lamina.cpu.Polynomials.E3;
import static dev.lamina.cpu.Polynomials.E4;
import static dev.lamina.cpu.Polynomials.E5;
import static dev.lamina.cpu.Polynomials.EXPM1_LOW;
import static dev.lamina.cpu.Polynomials.EXP_HIGH;
import static dev.lamina.cpu.Polynomials.EXP_LOW;
import static dev.lamina.cpu.Polynomials.EXP_PLAIN;
import static dev.lamina.cpu.Polynomials.LN2_HIGH;
import static dev.lamina.cpu.Polynomials.LN2_LOW;
import static dev.lamina.cpu.Polynomials.LOG2E;
import static dev.lamina.cpu.Polynomials.MAGIC;
import static dev.lamina.cpu.Polynomials.MAGIC_BITS;
import static dev.lamina.cpu.Polynomials.SIGN_BIT;
import static dev.lamina.cpu.Polynomials.TANH_HIGH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// exp, expm1 and tanh of vectors, and their loops over ranges; [ScalarMath] has the same steps for one number.
///
/// The functions of one vector are also what [FusedCode] calls. C2 must inline them, or every vector goes through the
/// heap and a loop is thirty times slower (erf: 0.07 elements/ns). It does not inline a method that was compiled by
/// itself to more than 2,500 bytes.
///
/// With `x * log2(e) + MAGIC` the integer n sits in the low bits of a float; those bits shifted left by 23 are
/// n at the place of the exponent, so adding them to the bits of y multiplies y by `2^n`.
final class VectorExp {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorExp() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    /// True if all numbers lie where [#plain] is right.
    static boolean isPlain(FloatVector v) {
        return v.abs().compare(VectorOperators.LE, EXP_PLAIN).allTrue();
    }

    /// exp of numbers within [Polynomials#EXP_PLAIN].
    static FloatVector plain(FloatVector v) {
        var shifted = v.fma(all(LOG2E), all(MAGIC));
        return series(v, shifted.sub(MAGIC))
                .add(1f)
                .reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    /// `exp(r) - 1` with `r = v - m * ln 2`.
    private static FloatVector series(FloatVector v, FloatVector m) {
        var r = m.fma(all(-LN2_LOW), m.fma(all(-LN2_HIGH), v));
        var p = all(E0).fma(r, all(E1))
                .fma(r, all(E2))
                .fma(r, all(E3))
                .fma(r, all(E4))
                .fma(r, all(E5));
        return p.fma(r.mul(r), r);
    }

    /// Vectors within the plain range take the short way. Others, such as the minus infinities of an attention
    /// mask, are clamped and scaled by `2^n` in two factors, as n alone may lie beyond the exponents on either
    /// side.
    static void exp(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            var v = load(x, xo + i);
            if (isPlain(v)) {
                plain(v).intoArray(y, yo + i);
                continue;
            }
            v = v.blend(EXP_HIGH, v.compare(VectorOperators.GT, EXP_HIGH));
            v = v.blend(EXP_LOW, v.compare(VectorOperators.LT, EXP_LOW));
            var shifted = v.fma(all(LOG2E), all(MAGIC));
            var e = series(v, shifted.sub(MAGIC)).add(1f);
            var whole = shifted.reinterpretAsInts().sub(MAGIC_BITS);
            var half = whole.lanewise(VectorOperators.ASHR, 1);
            var first = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            var second = whole.sub(half).add(127).lanewise(VectorOperators.LSHL, 23);
            e.mul(first).mul(second.reinterpretAsFloats()).intoArray(y, yo + i);
        }
    }

    /// `2 * (2^(n-1) * (exp(r) - 1) + (2^(n-1) - 1/2))` for numbers whose exponents are normal.
    private static FloatVector less1(FloatVector v) {
        var shifted = v.fma(all(LOG2E), all(MAGIC));
        var half = shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .add(126 << 23)
                .reinterpretAsFloats();
        return half.fma(series(v, shifted.sub(MAGIC)), half.sub(0.5f)).mul(2f);
    }

    /// `size` with the sign of v.
    static FloatVector signed(FloatVector size, FloatVector v) {
        return size.reinterpretAsInts()
                .lanewise(VectorOperators.OR, v.reinterpretAsInts().and(SIGN_BIT))
                .reinterpretAsFloats();
    }

    /// The sign of x is for -0.
    static FloatVector expm1(FloatVector x) {
        var v = x.blend(EXP_HIGH, x.compare(VectorOperators.GT, EXP_HIGH));
        return signed(less1(v.blend(EXPM1_LOW, v.compare(VectorOperators.LT, EXPM1_LOW))), x);
    }

    static void expm1(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            expm1(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    /// `t / (t + 2)` with `t = expm1(2 |x|)`: no cancellation near zero.
    static FloatVector tanh(FloatVector x) {
        var size = x.abs();
        var v = size.blend(TANH_HIGH, size.compare(VectorOperators.GT, TANH_HIGH));
        var t = less1(v.add(v));
        return signed(t.div(t.add(2f)), x);
    }

    static void tanh(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            tanh(load(x, xo + i)).intoArray(y, yo + i);
        }
    }
}
