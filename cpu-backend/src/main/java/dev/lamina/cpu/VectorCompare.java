package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Larger, smaller, and comparisons that give `1f` or `0f`; NaN is passed on by the first two, and unequal to
/// all.
final class VectorCompare {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorCompare() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    static void max(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).max(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = Math.max(x[xo + i], y[yo + i]);
        }
    }

    static void max(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).max(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = Math.max(x[xo + i], s);
        }
    }

    static void min(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).min(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = Math.min(x[xo + i], y[yo + i]);
        }
    }

    static void min(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).min(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = Math.min(x[xo + i], s);
        }
    }

    static void lt(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.LT, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] < y[yo + i] ? 1f : 0f;
        }
    }

    static void lt(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.LT, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] < s ? 1f : 0f;
        }
    }

    static void le(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.LE, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] <= y[yo + i] ? 1f : 0f;
        }
    }

    static void le(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.LE, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] <= s ? 1f : 0f;
        }
    }

    static void gt(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.GT, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] > y[yo + i] ? 1f : 0f;
        }
    }

    static void gt(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.GT, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] > s ? 1f : 0f;
        }
    }

    static void ge(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.GE, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] >= y[yo + i] ? 1f : 0f;
        }
    }

    static void ge(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.GE, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] >= s ? 1f : 0f;
        }
    }

    static void eq(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.EQ, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] == y[yo + i] ? 1f : 0f;
        }
    }

    static void eq(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.EQ, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] == s ? 1f : 0f;
        }
    }

    static void ne(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.NE, load(y, yo + i))).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] != y[yo + i] ? 1f : 0f;
        }
    }

    static void ne(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            truth(load(x, xo + i).compare(VectorOperators.NE, s)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] != s ? 1f : 0f;
        }
    }

    private static FloatVector truth(VectorMask<Float> mask) {
        return FloatVector.zero(S).blend(1f, mask);
    }
}
