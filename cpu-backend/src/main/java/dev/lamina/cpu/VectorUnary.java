package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// `y = f(x)` over a range: one loop for each function, because C2 keeps a vector in a register only where it sees the
/// whole loop. The tail runs masked through the same instructions, so a value does not depend on its position.
final class VectorUnary {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorUnary() {}

    private static FloatVector load(float[] x, int xo) {
        return FloatVector.fromArray(S, x, xo);
    }

    private static FloatVector load(float[] x, int xo, VectorMask<Float> tail) {
        return FloatVector.fromArray(S, x, xo, tail);
    }

    static void run(UnaryFunction f, int n, float[] x, int xo, float[] y, int yo) {
        switch (f) {
            case NEG -> neg(n, x, xo, y, yo);
            case ABS -> abs(n, x, xo, y, yo);
            case SIGN -> sign(n, x, xo, y, yo);
            case EXP -> exp(n, x, xo, y, yo);
            case LOG -> log(n, x, xo, y, yo);
            case LOG1P -> log1p(n, x, xo, y, yo);
            case EXPM1 -> expm1(n, x, xo, y, yo);
            case SQRT -> sqrt(n, x, xo, y, yo);
            case RSQRT -> rsqrt(n, x, xo, y, yo);
            case SIN -> circle(0, n, x, xo, y, yo);
            case COS -> circle(1, n, x, xo, y, yo);
            case TANH -> tanh(n, x, xo, y, yo);
            case ERF -> erf(n, x, xo, y, yo);
            case FLOOR -> floor(n, x, xo, y, yo);
            case CEIL -> ceil(n, x, xo, y, yo);
            case ROUND -> round(n, x, xo, y, yo);
        }
    }

    private static void neg(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            v.neg().intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            v.neg().intoArray(y, yo + i, tail);
        }
    }

    private static void abs(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            v.abs().intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            v.abs().intoArray(y, yo + i, tail);
        }
    }

    private static void sign(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.sign(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.sign(v).intoArray(y, yo + i, tail);
        }
    }

    private static void exp(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.exp(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.exp(v).intoArray(y, yo + i, tail);
        }
    }

    private static void log(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.log(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.log(v).intoArray(y, yo + i, tail);
        }
    }

    private static void log1p(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.log1p(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.log1p(v).intoArray(y, yo + i, tail);
        }
    }

    private static void expm1(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.expm1(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.expm1(v).intoArray(y, yo + i, tail);
        }
    }

    private static void sqrt(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            v.sqrt().intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            v.sqrt().intoArray(y, yo + i, tail);
        }
    }

    private static void rsqrt(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            FloatVector.broadcast(S, 1f).div(v.sqrt()).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            FloatVector.broadcast(S, 1f).div(v.sqrt()).intoArray(y, yo + i, tail);
        }
    }

    private static void tanh(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.tanh(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.tanh(v).intoArray(y, yo + i, tail);
        }
    }

    private static void erf(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.erf(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.erf(v).intoArray(y, yo + i, tail);
        }
    }

    private static void floor(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.floor(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.floor(v).intoArray(y, yo + i, tail);
        }
    }

    private static void ceil(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.ceil(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.ceil(v).intoArray(y, yo + i, tail);
        }
    }

    private static void round(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            VectorMath.round(v).intoArray(y, yo + i);
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            VectorMath.round(v).intoArray(y, yo + i, tail);
        }
    }

    /// sin (`quarter` 0) or cos (1); a vector with a large argument goes through [ScalarMath], number by number.
    private static void circle(int quarter, int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i <= n - L; i += L) {
            var v = load(x, xo + i);
            if (VectorMath.tooFar(v)) {
                circleScalar(quarter, L, x, xo + i, y, yo + i);
            } else {
                VectorMath.circle(v, quarter).intoArray(y, yo + i);
            }
        }
        if (i < n) {
            var tail = S.indexInRange(i, n);
            var v = load(x, xo + i, tail);
            if (VectorMath.tooFar(v)) {
                circleScalar(quarter, n - i, x, xo + i, y, yo + i);
            } else {
                VectorMath.circle(v, quarter).intoArray(y, yo + i, tail);
            }
        }
    }

    private static void circleScalar(int quarter, int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = quarter == 0 ? ScalarMath.sin(x[xo + i]) : ScalarMath.cos(x[xo + i]);
        }
    }
}
