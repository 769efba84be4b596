package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.Where;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Elementwise functions, by evaluating the expression at each element. Constants and scalars are rounded to
/// the element type first, as they are in a kernel; what happens between is computed in binary64, or in int for
/// i32.
final class PointwiseReference {
    private PointwiseReference() {}

    static void run(Pointwise op, List<Cells> in, Cells[] out) {
        boolean integral = out[0].dtype() == DType.I32;
        double[] x = new double[in.size()];
        double[] scalars = op.scalars().stream()
                .mapToDouble(s -> rounded(s, out[0].dtype()))
                .toArray();
        double[] y = new double[out.length];
        for (int i = 0; i < out[0].size(); i++) {
            int[] at = Cells.coordinates(i, out[0].shape());
            for (int j = 0; j < x.length; j++)
                x[j] = in.get(j).get(Cells.broadcast(at, in.get(j).shape()));
            for (int o = 0; o < out.length; o++) {
                Expr e = op.f().outputs().get(o);
                y[o] = integral ? ints(e, x, scalars) : reals(e, x, scalars, out[0].dtype());
            }
            // Outputs may be inputs too, so nothing is written before all outputs of this element are known.
            for (int o = 0; o < out.length; o++) out[o].set(i, y[o]);
        }
    }

    private static double rounded(double v, DType t) {
        return t == DType.F32 ? (float) v : v;
    }

    private static double reals(Expr e, double[] x, double[] s, DType t) {
        return switch (e) {
            case In(int i) -> x[i];
            case Scalar(int i) -> s[i];
            case Const(double v) -> rounded(v, t);
            case Unary(var fn, Expr a) -> unary(fn, reals(a, x, s, t));
            case Binary(var fn, Expr a, Expr b) -> binary(fn, reals(a, x, s, t), reals(b, x, s, t));
            case Where(Expr c, Expr y, Expr n) -> reals(c, x, s, t) != 0 ? reals(y, x, s, t) : reals(n, x, s, t);
        };
    }

    private static double unary(Expr.UnaryFn fn, double x) {
        return switch (fn) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case EXPM1 -> Math.expm1(x);
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TANH -> Math.tanh(x);
            case ERF -> erf(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
        };
    }

    private static double binary(Expr.BinaryFn fn, double a, double b) {
        return switch (fn) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> Math.pow(a, b);
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LT -> a < b ? 1 : 0;
            case LE -> a <= b ? 1 : 0;
            case GT -> a > b ? 1 : 0;
            case GE -> a >= b ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
        };
    }

    private static int ints(Expr e, double[] x, double[] s) {
        return switch (e) {
            case In(int i) -> (int) x[i];
            case Scalar(int i) -> (int) s[i];
            case Const(double v) -> (int) v;
            case Unary(var fn, Expr a) -> unary(fn, ints(a, x, s));
            case Binary(var fn, Expr a, Expr b) -> binary(fn, ints(a, x, s), ints(b, x, s));
            case Where(Expr c, Expr y, Expr n) -> ints(c, x, s) != 0 ? ints(y, x, s) : ints(n, x, s);
        };
    }

    private static int unary(Expr.UnaryFn fn, int x) {
        return switch (fn) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Integer.signum(x);
            case FLOOR, CEIL, ROUND -> x;
            case EXP, LOG, LOG1P, EXPM1, SQRT, RSQRT, SIN, COS, TANH, ERF ->
                throw new IllegalArgumentException(fn + " is not defined for i32");
        };
    }

    /// Sums and products wrap; a quotient is cut towards zero, and 0 for a divisor of 0.
    private static int binary(Expr.BinaryFn fn, int a, int b) {
        return switch (fn) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : a / b;
            case POW -> throw new IllegalArgumentException(fn + " is not defined for i32");
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LT -> a < b ? 1 : 0;
            case LE -> a <= b ? 1 : 0;
            case GT -> a > b ? 1 : 0;
            case GE -> a >= b ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
        };
    }

    /// The error function to about 1e-15: Abramowitz and Stegun 7.1.6, whose terms are all of one sign, and for
    /// large arguments the continued fraction 7.1.14 of its complement.
    static double erf(double x) {
        if (Double.isNaN(x)) return x;
        double z = Math.abs(x);
        if (z > 6) return Math.signum(x);
        double scale = Math.exp(-z * z) / Math.sqrt(Math.PI);
        if (z < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= 2 * z * z / (2 * n + 1);
            return 2 * scale * sum;
        }
        double fraction = z;
        for (int n = 60; n >= 1; n--) fraction = z + n / 2.0 / fraction;
        return Math.signum(x) * (1 - scale / fraction);
    }
}
