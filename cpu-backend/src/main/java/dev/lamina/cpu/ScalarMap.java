package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
/// The elementwise functions as plain loops, the switch outside.

final class ScalarMap {
    private ScalarMap() {}

    static void unary(UnaryFn f, int n, float[] x, int xo, float[] y, int yo) {
        switch (f) {
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = -x[xo + i];
                }
            }
            case ABS -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = Math.abs(x[xo + i]);
                }
            }
            case SIGN -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.sign(x[xo + i]);
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.exp(x[xo + i]);
                }
            }
            case LOG -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.log(x[xo + i]);
                }
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.log1p(x[xo + i]);
                }
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.expm1(x[xo + i]);
                }
            }
            case SQRT -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = (float) Math.sqrt(x[xo + i]);
                }
            }
            case RSQRT -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = 1f / (float) Math.sqrt(x[xo + i]);
                }
            }
            case SIN -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.sin(x[xo + i]);
                }
            }
            case COS -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.cos(x[xo + i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.tanh(x[xo + i]);
                }
            }
            case ERF -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.erf(x[xo + i]);
                }
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.floor(x[xo + i]);
                }
            }
            case CEIL -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.ceil(x[xo + i]);
                }
            }
            case ROUND -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = ScalarMath.round(x[xo + i]);
                }
            }
        }
    }

    /// Either side may be a single number: then its step, `xs` or `ys`, is 0 and not 1.
    static void binary(BinaryFn f, int n, float[] x, int xo, int xs, float[] y, int yo, int ys, float[] z, int zo) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] + y[yo + i * ys];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] - y[yo + i * ys];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] * y[yo + i * ys];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] / y[yo + i * ys];
                }
            }
            case POW -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = ScalarMath.pow(x[xo + i * xs], y[yo + i * ys]);
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = Math.max(x[xo + i * xs], y[yo + i * ys]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = Math.min(x[xo + i * xs], y[yo + i * ys]);
                }
            }
            case LT -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] < y[yo + i * ys] ? 1f : 0f;
                }
            }
            case LE -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] <= y[yo + i * ys] ? 1f : 0f;
                }
            }
            case GT -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] > y[yo + i * ys] ? 1f : 0f;
                }
            }
            case GE -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] >= y[yo + i * ys] ? 1f : 0f;
                }
            }
            case EQ -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] == y[yo + i * ys] ? 1f : 0f;
                }
            }
            case NE -> {
                for (int i = 0; i < n; i++) {
                    z[zo + i] = x[xo + i * xs] != y[yo + i * ys] ? 1f : 0f;
                }
            }
        }
    }
}
