package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.UnaryFn;
import dev.lamina.op.Expr.Where;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Prints an elementwise function as C: one local for each distinct subexpression, so that what occurs twice is
/// computed once. Constants are rounded to the element type. Integers wrap around, and a quotient by 0 is 0, as
/// in the reference.
final class CSource {
    private final DType dtype;
    private final Map<Expr, String> names = new HashMap<>();
    private final StringBuilder body = new StringBuilder();
    private int locals;

    private CSource(DType dtype) {
        this.dtype = dtype;
    }

    /// `DEVICE void f(x..., s..., pointers to the results)` for elements of type `t`; `inputs` are the ones it
    /// uses.
    static String function(Elementwise f, DType t, int[] inputs) {
        var c = new CSource(t);
        for (int o = 0; o < f.outputs().size(); o++) {
            String value = c.name(f.outputs().get(o)); // prints its locals first
            c.body.append("  *r%d = %s;\n".formatted(o, value));
        }
        var parameters = IntStream.of(inputs).mapToObj(j -> "T x" + j).collect(Collectors.toList());
        for (int s = 0; s < f.scalars(); s++) parameters.add("T s" + s);
        for (int o = 0; o < f.outputs().size(); o++) parameters.add("T *r" + o);
        return "DEVICE void f(" + String.join(", ", parameters) + ") {\n" + c.body + "}\n";
    }

    /// The local that holds `e`, printed first if it is new.
    private String name(Expr e) {
        String known = names.get(e);
        if (known != null) return known;
        String value = switch (e) {
            case In(int i) -> "x" + i;
            case Scalar(int i) -> "s" + i;
            case Const(double v) -> constant(v, dtype);
            case Unary(var fn, Expr x) -> local(unary(fn, dtype, name(x)));
            case Binary(var fn, Expr a, Expr b) -> local(binary(fn, dtype, name(a), name(b)));
            case Where(Expr c, Expr y, Expr n) ->
                local(name(c) + " != " + constant(0, dtype) + " ? " + name(y) + " : " + name(n));
        };
        names.put(e, value);
        return value;
    }

    private String local(String value) {
        String v = "v" + locals++;
        body.append("  const T ").append(v).append(" = ").append(value).append(";\n");
        return v;
    }

    /// A literal of type `t`.
    static String constant(double v, DType t) {
        return switch (t) {
            case F32 -> {
                float f = (float) v;
                yield special(v, f != f, Float.isInfinite(f), negative(f + "f"));
            }
            case F64 -> special(v, v != v, Double.isInfinite(v), negative(Double.toString(v)));
            // The most negative integer is not a literal in C: its digits alone do not fit.
            case I32, U8 -> (int) v == Integer.MIN_VALUE ? "(-2147483647 - 1)" : negative(Integer.toString((int) v));
        };
    }

    private static String special(double v, boolean nan, boolean infinite, String finite) {
        return nan ? "(T)NAN" : infinite ? v > 0 ? "(T)INFINITY" : "(T)(-INFINITY)" : finite;
    }

    private static String negative(String literal) {
        return literal.startsWith("-") ? "(" + literal + ")" : literal;
    }

    static String unary(UnaryFn fn, DType t, String x) {
        boolean integral = !t.floating();
        return switch (fn) {
            case NEG -> integral ? "(int)(0u - (uint)" + x + ")" : "-" + x;
            case ABS -> integral ? x + " < 0 ? (int)(0u - (uint)" + x + ") : " + x : "fabs(" + x + ")";
            case SIGN -> {
                String sign = "(T)((" + x + " > 0) - (" + x + " < 0))";
                yield integral ? sign : x + " != " + x + " ? " + x + " : " + sign;
            }
            case FLOOR -> integral ? x : "floor(" + x + ")";
            case CEIL -> integral ? x : "ceil(" + x + ")";
            case ROUND -> integral ? x : "rint(" + x + ")";
            // Where tanh rounds to 1 it must be 1, as 1 - tanh(x) is taken of it; OpenCL allows 5 units in the
            // last place.
            case TANH -> {
                String flat = t == DType.F32 ? "9.1f" : "19.1";
                yield "fabs(%1$s) > %2$s ? copysign((T)1, %1$s) : tanh(%1$s)".formatted(x, flat);
            }
            case EXP, LOG, LOG1P, EXPM1, SQRT, RSQRT, SIN, COS, ERF ->
                fn.name().toLowerCase(java.util.Locale.ROOT) + "(" + x + ")";
        };
    }

    static String binary(BinaryFn fn, DType t, String a, String b) {
        boolean integral = !t.floating();
        return switch (fn) {
            case ADD -> arithmetic(integral, a, "+", b);
            case SUB -> arithmetic(integral, a, "-", b);
            case MUL -> arithmetic(integral, a, "*", b);
            // The least integer divided by -1 overflows, which some processors trap.
            case DIV ->
                integral
                        ? b + " == 0 ? 0 : " + b + " == -1 ? (int)(0u - (uint)" + a + ") : " + a + " / " + b
                        : a + " / " + b;
            case POW -> "pow(" + a + ", " + b + ")";
            case MAX -> extreme(integral, a, ">", b);
            case MIN -> extreme(integral, a, "<", b);
            case LT -> truth(a, "<", b);
            case LE -> truth(a, "<=", b);
            case GT -> truth(a, ">", b);
            case GE -> truth(a, ">=", b);
            case EQ -> truth(a, "==", b);
            case NE -> truth(a, "!=", b);
        };
    }

    private static String arithmetic(boolean integral, String a, String op, String b) {
        return integral ? "(int)((uint)" + a + " " + op + " (uint)" + b + ")" : a + " " + op + " " + b;
    }

    /// A NaN on the left is taken because it differs from itself, one on the right because the comparison
    /// fails.
    private static String extreme(boolean integral, String a, String op, String b) {
        String takes = a + " " + op + " " + b;
        return "(" + (integral ? takes : takes + " || " + a + " != " + a) + ") ? " + a + " : " + b;
    }

    private static String truth(String a, String op, String b) {
        return a + " " + op + " " + b + " ? (T)1 : (T)0";
    }
}
