package dev.lamina.cpu;

import dev.lamina.op.Expr.UnaryFn;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The passes over a row that softmax and normalisation are made of. Sums are floats within [#BLOCK] elements and
/// doubles over blocks.
final class VectorRows {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final int BLOCK = 1024;

    /// A handle for the reason given at [VectorTable]: the loop is called for whole vectors and for what is left over.
    private static final MethodHandle[] EXP = {
        VectorTable.find(
                MethodHandles.lookup(),
                VectorRows.class,
                "exp",
                MethodType.methodType(
                        float.class, int.class, float[].class, int.class, float.class, float[].class, int.class))
    };

    private VectorRows() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    /// `y = exp(x - less)`; gives the sum of y.
    static double expSum(int n, float[] x, int xo, float less, float[] y, int yo) {
        int whole = n - n % L;
        double sum = 0;
        try {
            for (int i = 0; i < whole; i += BLOCK)
                sum += (float) EXP[0].invokeExact(Math.min(BLOCK, whole - i), x, xo + i, less, y, yo + i);
            if (whole < n) {
                float[] rest = Scratch.floats(L);
                for (int i = 0; i < L; i++) rest[i] = whole + i < n ? x[xo + whole + i] : less;
                float _ = (float) EXP[0].invokeExact(L, rest, 0, less, rest, 0);
                for (int i = whole; i < n; i++) sum += y[yo + i] = rest[i - whole];
                Scratch.give(rest);
            }
        } catch (Throwable e) {
            throw VectorTable.rethrow(e);
        }
        return sum;
    }

    /// For whole vectors. One that is not plain, as in a row with a mask, takes the way of [VectorExp#exp].
    private static float exp(int n, float[] x, int xo, float less, float[] y, int yo) {
        var sum = FloatVector.zero(S);
        for (int i = 0; i < n; i += L) {
            var v = load(x, xo + i).sub(less);
            if (VectorExp.isPlain(v)) {
                var e = VectorExp.plain(v);
                e.intoArray(y, yo + i);
                sum = sum.add(e);
            } else {
                v.intoArray(y, yo + i);
                VectorTable.unary(UnaryFn.EXP, L, y, yo + i, y, yo + i);
                sum = sum.add(load(y, yo + i));
            }
        }
        return VectorDots.total(sum);
    }

    /// The sum of `(x - mean)^2`.
    static double squares(int n, float[] x, int xo, float mean) {
        double sum = 0;
        for (int i = 0; i < n; i += BLOCK) sum += squaresOfBlock(Math.min(BLOCK, n - i), x, xo + i, mean);
        return sum;
    }

    private static float squaresOfBlock(int n, float[] x, int xo, float mean) {
        FloatVector a = FloatVector.zero(S), b = a;
        int i = 0;
        for (; i <= n - 2 * L; i += 2 * L) {
            var u = load(x, xo + i).sub(mean);
            var v = load(x, xo + i + L).sub(mean);
            a = u.fma(u, a);
            b = v.fma(v, b);
        }
        float sum = VectorDots.total(a.add(b));
        for (; i < n; i++) {
            float d = x[xo + i] - mean;
            sum += d * d;
        }
        return sum;
    }

    /// `y = (x - mean) * scale`.
    static void shiftScale(int n, float[] x, int xo, float mean, float scale, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) load(x, xo + i).sub(mean).mul(scale).intoArray(y, yo + i);
        for (; i < n; i++) y[yo + i] = (x[xo + i] - mean) * scale;
    }

    /// See [Simd#shiftScale].
    static void shiftScale(
            int n, float[] x, int xo, float mean, float scale, float shift, float least, float[] y, int yo) {
        var bottom = FloatVector.broadcast(S, least);
        var factor = FloatVector.broadcast(S, scale);
        var summand = FloatVector.broadcast(S, shift);
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i).sub(mean).fma(factor, summand);
            v.blend(bottom, v.compare(VectorOperators.LE, bottom)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            float v = Math.fma(x[xo + i] - mean, scale, shift);
            y[yo + i] = v <= least ? least : v;
        }
    }

    /// See [Simd#sums].
    static void sums(int n, float[] x, int xo, float[] y, int yo, float centre, double[] sums) {
        for (int i = 0; i < n; i += BLOCK) sumsOfBlock(Math.min(BLOCK, n - i), x, xo + i, y, yo + i, centre, sums);
    }

    private static void sumsOfBlock(int n, float[] x, int xo, float[] y, int yo, float centre, double[] sums) {
        FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
        int i = 0;
        for (; i <= n - 2 * L; i += 2 * L) {
            var u = load(x, xo + i);
            var v = load(x, xo + i + L);
            a = a.add(u);
            b = b.add(v);
            c = u.fma(load(y, yo + i).sub(centre), c);
            d = v.fma(load(y, yo + i + L).sub(centre), d);
        }
        float sum = VectorDots.total(a.add(b));
        float product = VectorDots.total(c.add(d));
        for (; i < n; i++) {
            sum += x[xo + i];
            product += x[xo + i] * (y[yo + i] - centre);
        }
        sums[0] += sum;
        sums[1] += product;
    }

    /// See [Simd#lessLine].
    static void lessLine(
            int n,
            float[] x,
            int xo,
            float mean,
            float[] y,
            int yo,
            float centre,
            float slope,
            float scale,
            float[] z,
            int zo) {
        var steep = FloatVector.broadcast(S, slope);
        var factor = FloatVector.broadcast(S, scale);
        int i = 0;
        for (; i <= n - L; i += L)
            load(x, xo + i)
                    .sub(mean)
                    .sub(load(y, yo + i).sub(centre).mul(steep))
                    .mul(factor)
                    .intoArray(z, zo + i);
        for (; i < n; i++) z[zo + i] = (x[xo + i] - mean - (y[yo + i] - centre) * slope) * scale;
    }
}
