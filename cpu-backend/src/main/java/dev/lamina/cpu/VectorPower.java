package dev.lamina.cpu;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `x^y = 2^(y log2 x)` in doubles, as a float logarithm times a large y would lose all its digits.
///
/// `log2 m = 2 / ln 2 * atanh((m - 1) / (m + 1))` for m between sqrt(1/2) and sqrt(2); `2^f` by its series. A
/// vector with a base that is not positive and normal, or a result near the ends of the float range, is left to
/// `Math.pow`.
///
/// Blocks pass through scratch: plain loops convert to and from doubles, which C2 vectorises by itself, and
/// each vector loop has one species and less than the some fifty operations that C2 inlines into one method.
/// (The JDK's own `VectorOperators.POW` is not vectorised on AVX2: 0.06 elements/ns.)
final class VectorPower {
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int L = D.length();
    /// Rounds to an integer that then sits in the low bits (1.5 * 2^52).
    private static final double MAGIC = 6755399441055744.0;
    private static final long MAGIC_BITS = 0x4338000000000000L;
    /// The bits of sqrt(1/2), less 1024 exponents, so that a shift without sign will do: AVX2 has no other for
    /// longs.
    private static final long SQRT_HALF = 0x3fe6a09e667f3bcdL - (1024L << 52);
    private static final double SCALE = 2 / Math.log(2);
    private static final double LN2 = Math.log(2);
    private static final int BLOCK = 256;

    /// Handles for the reason given at [VectorTable]: in one method the two loops would have too many
    /// operations.
    private static final MethodHandle[] PASSES = {pass("exponent"), pass("exp2"), pass("repair")};

    private VectorPower() {}

    private static MethodHandle pass(String name) {
        var type = MethodType.methodType(void.class, int.class, double[].class, double[].class, double[].class);
        return VectorTable.find(MethodHandles.lookup(), VectorPower.class, name, type);
    }

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(D, value);
    }

    static void pow(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        pow(n, x, xo, true, y, yo, true, z, zo);
    }

    /// A fixed exponent: products for the usual ones.
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
            pow(n, x, xo, true, new float[] {s}, 0, false, z, zo);
        }
    }

    static void pow(int n, float s, float[] y, int yo, float[] z, int zo) {
        pow(n, new float[] {s}, 0, false, y, yo, true, z, zo);
    }

    /// A side that is not a `range` is one number.
    private static void pow(
            int n, float[] x, int xo, boolean xRange, float[] y, int yo, boolean yRange, float[] z, int zo) {
        var base = Scratch.doubles(BLOCK);
        var power = Scratch.doubles(BLOCK);
        var result = Scratch.doubles(BLOCK);
        for (int i = 0; i < n; i += BLOCK) {
            int count = Math.min(BLOCK, n - i);
            int whole = (count + L - 1) / L * L;
            widen(count, x, xRange ? xo + i : xo, xRange, base);
            widen(count, y, yRange ? yo + i : yo, yRange, power);
            Arrays.fill(base, count, whole, 1);
            Arrays.fill(power, count, whole, 1);
            for (var pass : PASSES) {
                try {
                    pass.invokeExact(whole, base, power, result);
                } catch (Throwable e) {
                    throw VectorTable.rethrow(e);
                }
            }
            for (int j = 0; j < count; j++) {
                z[zo + i + j] = (float) result[j];
            }
        }
        Scratch.give(result);
        Scratch.give(power);
        Scratch.give(base);
    }

    private static void widen(int n, float[] x, int xo, boolean range, double[] wide) {
        if (range) {
            for (int i = 0; i < n; i++) {
                wide[i] = x[xo + i];
            }
        } else {
            Arrays.fill(wide, 0, n, x[xo]);
        }
    }

    /// `y log2 x`, or NaN for all of a vector that has a base out of range.
    private static void exponent(int n, double[] base, double[] power, double[] exponent) {
        for (int i = 0; i < n; i += L) {
            var x = DoubleVector.fromArray(D, base, i);
            var plain =
                    x.compare(VectorOperators.GE, Float.MIN_NORMAL).and(x.compare(VectorOperators.LE, Float.MAX_VALUE));
            if (!plain.allTrue()) {
                all(Double.NaN).intoArray(exponent, i);
                continue;
            }
            var bits = x.reinterpretAsLongs();
            var whole = bits.sub(SQRT_HALF).lanewise(VectorOperators.LSHR, 52); // the exponent + 1024
            var e = whole.add(MAGIC_BITS - 1024).reinterpretAsDoubles().sub(MAGIC);
            var m = bits.sub(whole.lanewise(VectorOperators.LSHL, 52))
                    .add(1024L << 52)
                    .reinterpretAsDoubles();
            var s = m.sub(1).div(m.add(1));
            var t = s.mul(s);
            var log = all(1.0 / 13).fma(t, all(1.0 / 11)).fma(t, all(1.0 / 9)).fma(t, all(1.0 / 7));
            log = log.fma(t, all(1.0 / 5)).fma(t, all(1.0 / 3)).fma(t, all(1)).mul(s);
            log.fma(all(SCALE), e).mul(DoubleVector.fromArray(D, power, i)).intoArray(exponent, i);
        }
    }

    /// `2^exponent` in place, or NaN for all of a vector where one is too large, too small or NaN.
    private static void exp2(int n, double[] base, double[] power, double[] exponent) {
        for (int i = 0; i < n; i += L) {
            var v = DoubleVector.fromArray(D, exponent, i);
            if (!v.abs().compare(VectorOperators.LE, 125.0).allTrue()) {
                all(Double.NaN).intoArray(exponent, i);
                continue;
            }
            var shifted = v.add(MAGIC);
            var f = v.sub(shifted.sub(MAGIC)).mul(LN2);
            var p = all(1.0 / 5040)
                    .fma(f, all(1.0 / 720))
                    .fma(f, all(1.0 / 120))
                    .fma(f, all(1.0 / 24));
            p = p.fma(f, all(1.0 / 6)).fma(f, all(0.5)).fma(f, all(1)).fma(f, all(1));
            p.reinterpretAsLongs()
                    .add(shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52))
                    .reinterpretAsDoubles()
                    .intoArray(exponent, i);
        }
    }

    /// What the vector loops left alone.
    private static void repair(int n, double[] base, double[] power, double[] result) {
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(result[i])) {
                result[i] = Math.pow(base[i], power[i]);
            }
        }
    }
}
