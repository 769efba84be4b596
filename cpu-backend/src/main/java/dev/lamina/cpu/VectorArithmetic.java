package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Sum, difference, product, quotient and power of two ranges, or of a range and a number, each its own loop.
final class VectorArithmetic {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorArithmetic() {}

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(S, a, at);
    }

    static void add(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).add(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] + y[yo + i];
        }
    }

    static void add(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).add(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] + s;
        }
    }

    static void mul(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).mul(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] * y[yo + i];
        }
    }

    static void mul(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).mul(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] * s;
        }
    }

    static void sub(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).sub(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] - y[yo + i];
        }
    }

    static void sub(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).sub(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] - s;
        }
    }

    static void div(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).div(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] / y[yo + i];
        }
    }

    static void div(int n, float[] x, int xo, float s, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            load(x, xo + i).div(s).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = x[xo + i] / s;
        }
    }

    static void sub(int n, float s, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            FloatVector.broadcast(S, s).sub(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = s - y[yo + i];
        }
    }

    static void div(int n, float s, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            FloatVector.broadcast(S, s).div(load(y, yo + i)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = s / y[yo + i];
        }
    }

    static void where(int n, float[] cond, int co, float[] yes, int yesAt, float[] no, int noAt, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var zero = load(cond, co + i).compare(VectorOperators.EQ, 0f);
            load(yes, yesAt + i).blend(load(no, noAt + i), zero).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = cond[co + i] != 0f ? yes[yesAt + i] : no[noAt + i];
        }
    }
}
