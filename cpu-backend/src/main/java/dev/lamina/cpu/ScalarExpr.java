package dev.lamina.cpu;

import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.UnaryFn;
import dev.lamina.op.Expr.Where;

/// Evaluates an expression for one element in doubles.
final class ScalarExpr {
    private ScalarExpr() {}

    /// @param integral truncate quotients, as integer division does
    static double eval(Expr e, double[] x, double[] scalars, boolean integral) {
        return switch (e) {
            case In(int i) -> x[i];
            case Scalar(int i) -> scalars[i];
            case Const(double v) -> v;
            case Unary(UnaryFn fn, Expr a) -> apply(fn, eval(a, x, scalars, integral));
            case Binary(BinaryFn fn, Expr a, Expr b) -> {
                double v = apply(fn, eval(a, x, scalars, integral), eval(b, x, scalars, integral));
                yield integral && fn == BinaryFn.DIV ? (double) (long) v : v;
            }
            case Where(Expr c, Expr y, Expr n) ->
                eval(c, x, scalars, integral) != 0 ? eval(y, x, scalars, integral) : eval(n, x, scalars, integral);
        };
    }

    static double apply(UnaryFn fn, double v) {
        return switch (fn) {
            case NEG -> -v;
            case ABS -> Math.abs(v);
            case SIGN -> Math.signum(v);
            case EXP -> Math.exp(v);
            case LOG -> Math.log(v);
            case LOG1P -> Math.log1p(v);
            case EXPM1 -> Math.expm1(v);
            case SQRT -> Math.sqrt(v);
            case RSQRT -> 1 / Math.sqrt(v);
            case SIN -> Math.sin(v);
            case COS -> Math.cos(v);
            case TANH -> Math.tanh(v);
            case ERF -> erf(v);
            case FLOOR -> Math.floor(v);
            case CEIL -> Math.ceil(v);
            case ROUND -> Math.rint(v);
        };
    }

    static double apply(BinaryFn fn, double a, double b) {
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

    /// The error function: its Maclaurin series near 0, the continued fraction of erfc beyond (Abramowitz and
    /// Stegun 7.1.6 and 7.1.14), to about 1e-15.
    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x) || a > 6) return Double.isNaN(x) ? x : Math.signum(x);
        double factor = Math.exp(-a * a) / Math.sqrt(Math.PI);
        if (a < 2.5) {
            double term = 2 * a;
            double sum = term;
            for (int n = 1; Math.abs(term) > 1e-17 * sum; n++) {
                term *= 2 * a * a / (2 * n + 1);
                sum += term;
            }
            return Math.copySign(factor * sum, x);
        }
        double fraction = 0;
        for (int n = 60; n >= 1; n--) fraction = n / 2.0 / (a + fraction);
        return Math.copySign(1 - factor / (a + fraction), x);
    }
}
