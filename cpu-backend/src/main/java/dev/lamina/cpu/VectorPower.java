package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `x^y` by the JVM's own vector routine, and squares, cubes and reciprocals by products.
final class VectorPower {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorPower() {}

    static void pow(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            pow(FloatVector.fromArray(S, x, xo + i), FloatVector.fromArray(S, y, yo + i))
                    .intoArray(z, zo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            pow(FloatVector.fromArray(S, x, xo + i, tail), FloatVector.fromArray(S, y, yo + i, tail))
                    .intoArray(z, zo + i, tail);
        }
    }

    static void pow(int n, float[] x, int xo, float s, float[] z, int zo) {
        if (s == 2f) {
            VectorArithmetic.mul(n, x, xo, x, xo, z, zo);
        } else if (s == 3f) {
            cube(n, x, xo, z, zo);
        } else if (s == -1f) {
            VectorArithmetic.div(n, 1f, x, xo, z, zo);
        } else {
            power(n, x, xo, s, z, zo);
        }
    }

    static void pow(int n, float s, float[] y, int yo, float[] z, int zo) {
        var base = FloatVector.broadcast(S, s);
        int i = 0;
        for (; i <= n - L; i += L) {
            pow(base, FloatVector.fromArray(S, y, yo + i)).intoArray(z, zo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            pow(base, FloatVector.fromArray(S, y, yo + i, tail)).intoArray(z, zo + i, tail);
        }
    }

    private static void power(int n, float[] x, int xo, float s, float[] z, int zo) {
        var exponent = FloatVector.broadcast(S, s);
        int i = 0;
        for (; i <= n - L; i += L) {
            pow(FloatVector.fromArray(S, x, xo + i), exponent).intoArray(z, zo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            pow(FloatVector.fromArray(S, x, xo + i, tail), exponent).intoArray(z, zo + i, tail);
        }
    }

    private static void cube(int n, float[] x, int xo, float[] z, int zo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = FloatVector.fromArray(S, x, xo + i);
            v.mul(v).mul(v).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            float v = x[xo + i];
            z[zo + i] = v * v * v;
        }
    }

    private static FloatVector pow(FloatVector x, FloatVector y) {
        return x.lanewise(VectorOperators.POW, y);
    }
}
