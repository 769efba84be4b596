package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Polynomial approximations for a vector of numbers; [ScalarMath] has the same steps for one.
///
/// Limits are applied with compare and blend, which leaves NaN alone and takes two instructions where `min` and `max`
/// take six. Every method is small enough for C2 to inline into the loops of [VectorUnary].
final class VectorMath {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    private VectorMath() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(S, value);
    }

    /// `a * x + c`
    private static FloatVector fma(FloatVector a, FloatVector x, float c) {
        return a.fma(x, all(c));
    }

    private static FloatVector atMost(FloatVector x, float limit) {
        return x.blend(limit, x.compare(VectorOperators.GT, limit));
    }

    private static FloatVector atLeast(FloatVector x, float limit) {
        return x.blend(limit, x.compare(VectorOperators.LT, limit));
    }

    private static FloatVector withSignOf(FloatVector x, FloatVector magnitude) {
        return magnitude
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(0x80000000))
                .reinterpretAsFloats();
    }

    private static FloatVector powerOfTwo(IntVector n) {
        return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /// `(exp(r) - 1 - r) / r^2`
    private static FloatVector expTail(FloatVector r) {
        var y = fma(all(E0), r, E1);
        y = fma(y, r, E2);
        y = fma(y, r, E3);
        y = fma(y, r, E4);
        return fma(y, r, E5);
    }

    /// `2^n * exp(r)`, the power in two factors: n alone may lie beyond the exponents of a float on either side.
    static FloatVector exp(FloatVector x) {
        x = atLeast(atMost(x, EXP_HIGH), EXP_LOW);
        var shifted = fma(x, all(LOG2E), MAGIC);
        var n = shifted.sub(MAGIC);
        var r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
        var y = expTail(r).fma(r.mul(r), r).add(1f);
        var whole = shifted.reinterpretAsInts().sub(MAGIC_BITS);
        var half = whole.lanewise(VectorOperators.ASHR, 1);
        return y.mul(powerOfTwo(half)).mul(powerOfTwo(whole.sub(half)));
    }

    static FloatVector expm1(FloatVector x) {
        return withSignOf(x, expm1Core(atLeast(atMost(x, EXP_HIGH), EXPM1_LOW)));
    }

    /// `2 * (2^(n-1) * (exp(r) - 1) + (2^(n-1) - 1/2))` for arguments within the limits.
    private static FloatVector expm1Core(FloatVector x) {
        var shifted = fma(x, all(LOG2E), MAGIC);
        var n = shifted.sub(MAGIC);
        var r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
        var y = expTail(r).fma(r.mul(r), r);
        var half = powerOfTwo(shifted.reinterpretAsInts().sub(MAGIC_BITS + 1));
        return half.fma(y, half.sub(0.5f)).mul(2f);
    }

    /// `t / (t + 2)` with `t = expm1(2 |x|)`: no cancellation near zero.
    static FloatVector tanh(FloatVector x) {
        var t = expm1Core(atMost(x.abs(), TANH_HIGH).mul(2f));
        return withSignOf(x, t.div(t.add(2f)));
    }

    static FloatVector log(FloatVector x) {
        var small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        var bits = x.mul(all(1f).blend(LIFT, small)).reinterpretAsInts();
        var whole = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        var f = bits.sub(whole.lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats()
                .sub(1f);
        var e = ((FloatVector) whole.convert(VectorOperators.I2F, 0)).add(all(0f).blend(-23f, small));
        var z = f.mul(f);
        var y = fma(all(L0), f, L1);
        y = fma(y, f, L2);
        y = fma(y, f, L3);
        y = fma(y, f, L4);
        y = fma(y, f, L5);
        y = fma(y, f, L6);
        y = fma(y, f, L7);
        y = fma(y, f, L8);
        y = e.fma(all(LN2_LOW), y.mul(f).mul(z));
        y = z.fma(all(-0.5f), y);
        y = e.fma(all(LN2_HIGH), f.add(y));
        y = y.blend(Float.NaN, x.compare(VectorOperators.GE, 0f).not());
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
        return y.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    }

    /// The logarithm of the rounded `1 + x`, less what the rounding added, to first order.
    static FloatVector log1p(FloatVector x) {
        var u = x.add(1f);
        var log = log(u);
        var end = u.compare(VectorOperators.EQ, 0f).or(u.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
        var y = log.sub(u.sub(1f).sub(x).div(u)).blend(log, end);
        return y.blend(x, x.compare(VectorOperators.EQ, 0f));
    }

    static FloatVector erf(FloatVector x) {
        var size = x.abs();
        var t = atMost(size, ERF_HIGH);
        var u = fma(all(Q2), t, Q3);
        var q = fma(all(Q0), t, Q1).fma(t.mul(t), u);
        q = fma(q, t, Q4);
        q = fma(q, t, Q5);
        q = fma(q, t, Q6);
        var far = withSignOf(x, all(1f).sub(exp(q.fma(t, t.neg()))));
        var s = x.mul(x);
        var p = fma(all(P0), s, P1);
        p = fma(p, s, P2);
        p = fma(p, s, P3);
        p = fma(p, s, P4);
        p = fma(p, s, P5);
        return p.fma(x, x).blend(far, size.compare(VectorOperators.GT, ERF_SPLIT));
    }

    /// Whether [#circle] must leave this vector to [ScalarMath].
    static boolean tooFar(FloatVector x) {
        return x.abs().compare(VectorOperators.GT, CIRCLE).anyTrue();
    }

    /// `sin(x + quarter * pi / 2)`
    static FloatVector circle(FloatVector x, int quarter) {
        var shifted = fma(x, all(TWO_OVER_PI), MAGIC);
        var n = shifted.sub(MAGIC);
        var r = n.fma(all(-HALF_PI_2), n.fma(all(-HALF_PI_1), n.fma(all(-HALF_PI_0), x)));
        var turn = shifted.reinterpretAsInts().sub(MAGIC_BITS - quarter);
        var z = r.mul(r);
        var sine = fma(fma(all(S0), z, S1), z, S2).mul(z).fma(r, r);
        var cosine = fma(fma(all(C0), z, C1), z, C2).mul(z).fma(z, fma(z, all(-0.5f), 1f));
        var odd = turn.and(1).compare(VectorOperators.NE, 0).cast(S);
        return sine.blend(cosine, odd)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, turn.and(2).lanewise(VectorOperators.LSHL, 30))
                .reinterpretAsFloats();
    }

    static FloatVector sign(FloatVector x) {
        return x.blend(1f, x.compare(VectorOperators.GT, 0f)).blend(-1f, x.compare(VectorOperators.LT, 0f));
    }

    /// To the nearest integer, halves to the even one; numbers that are integers anyway stay.
    static FloatVector round(FloatVector x) {
        var size = x.abs();
        return x.blend(withSignOf(x, size.add(WHOLE).sub(WHOLE)), size.compare(VectorOperators.LT, WHOLE));
    }

    static FloatVector floor(FloatVector x) {
        var r = round(x);
        return r.sub(all(0f).blend(1f, r.compare(VectorOperators.GT, x)));
    }

    /// The sign is put back, as `ceil(-0.7)` is `-0`.
    static FloatVector ceil(FloatVector x) {
        var r = round(x);
        return r.blend(withSignOf(x, r.add(1f)), r.compare(VectorOperators.LT, x));
    }
}
