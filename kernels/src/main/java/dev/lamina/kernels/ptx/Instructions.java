package dev.lamina.kernels.ptx;

import dev.lamina.DType;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.util.Locale;

/// The instructions of one function of elements. Sums and products are rounded each (`.rn`), never
/// contracted, so that they are the reference's to the bit. Integers wrap around, and a quotient by 0 is 0.
final class Instructions {
    private final Element element;
    private final Maths maths;
    private final String kind;
    private final String type;

    Instructions(Element element, Maths maths) {
        this.element = element;
        this.maths = maths;
        this.kind = element.register();
        this.type = "." + element.compute();
    }

    String unary(Code c, UnaryFn fn, String x) {
        return element.floating() ? floating(c, fn, x) : integral(c, fn, x);
    }

    private String floating(Code c, UnaryFn fn, String x) {
        return switch (fn) {
            case NEG -> c.set(kind, "neg" + type, x);
            case ABS -> c.set(kind, "abs" + type, x);
            case SIGN -> {
                String nan = c.set("p", "setp.nan" + type, x, x);
                yield c.set(kind, "selp" + type, x, sign(c, x), nan);
            }
            case FLOOR -> c.set(kind, "cvt.rmi" + type + type, x);
            case CEIL -> c.set(kind, "cvt.rpi" + type + type, x);
            case ROUND -> c.set(kind, "cvt.rni" + type + type, x);
            case SQRT -> c.set(kind, "sqrt.rn" + type, x);
            case RSQRT -> c.set(kind, "rsqrt.approx" + type, x);
            case EXP, LOG, LOG1P, EXPM1, SIN, COS, TANH, ERF -> call(c, fn.name(), x);
        };
    }

    private String integral(Code c, UnaryFn fn, String x) {
        return switch (fn) {
            case NEG -> cut(c, c.set(kind, "neg.s32", x));
            case ABS -> cut(c, c.set(kind, "abs.s32", x));
            case SIGN -> cut(c, sign(c, x));
            case FLOOR, CEIL, ROUND -> x;
            case EXP, LOG, LOG1P, EXPM1, SQRT, RSQRT, SIN, COS, TANH, ERF ->
                throw new IllegalArgumentException(fn + " of " + element.dtype());
        };
    }

    private String sign(Code c, String x) {
        String one = element.constant(1);
        String zero = element.constant(0);
        String positive = c.set("p", "setp.gt" + type, x, zero);
        String negative = c.set("p", "setp.lt" + type, x, zero);
        String below = c.set(kind, "selp" + type, element.constant(-1), zero, negative);
        return c.set(kind, "selp" + type, one, below, positive);
    }

    /// A function other than a comparison.
    String binary(Code c, BinaryFn fn, String a, String b) {
        boolean floating = element.floating();
        return switch (fn) {
            case ADD -> cut(c, c.set(kind, (floating ? "add.rn" : "add") + type, a, b));
            case SUB -> cut(c, c.set(kind, (floating ? "sub.rn" : "sub") + type, a, b));
            case MUL -> cut(c, c.set(kind, (floating ? "mul.rn" : "mul.lo") + type, a, b));
            case DIV -> floating ? c.set(kind, "div.rn" + type, a, b) : quotient(c, a, b);
            case MAX -> extreme(c, "gt", a, b);
            case MIN -> extreme(c, "lt", a, b);
            case POW -> {
                if (!floating) throw new IllegalArgumentException(fn + " of " + element.dtype());
                yield call(c, fn.name(), a, b);
            }
            case LT, LE, GT, GE, EQ, NE -> truth(c, compare(c, fn, a, b));
        };
    }

    /// The divisors 0 and -1 are taken out: what they give is not defined, or overflows.
    private String quotient(Code c, String a, String b) {
        String zero = c.set("p", "setp.eq.s32", b, "0");
        String minus = c.set("p", "setp.eq.s32", b, "-1");
        String special = c.set("p", "or.pred", zero, minus);
        String divisor = c.set(kind, "selp.s32", "1", b, special);
        String q = c.set(kind, "div.s32", a, divisor);
        String negated = c.set(kind, "neg.s32", q);
        String signed = c.set(kind, "selp.s32", negated, q, minus);
        return cut(c, c.set(kind, "selp.s32", "0", signed, zero));
    }

    /// A NaN on the left is taken because it differs from itself, one on the right because the comparison
    /// fails.
    private String extreme(Code c, String comparison, String a, String b) {
        String takes;
        if (element.floating()) {
            String nan = c.set("p", "setp.nan" + type, a, a);
            takes = c.set("p", "setp." + comparison + ".or" + type, a, b, nan);
        } else takes = c.set("p", "setp." + comparison + type, a, b);
        return c.set(kind, "selp" + type, a, b, takes);
    }

    /// A predicate. Only `NE` holds for NaN.
    String compare(Code c, BinaryFn fn, String a, String b) {
        String comparison =
                fn == BinaryFn.NE && element.floating() ? "neu" : fn.name().toLowerCase(Locale.ROOT);
        return c.set("p", "setp." + comparison + type, a, b);
    }

    /// A predicate as 1 or 0.
    String truth(Code c, String predicate) {
        return select(c, predicate, element.constant(1), element.constant(0));
    }

    String select(Code c, String predicate, String yes, String no) {
        return c.set(kind, "selp" + type, yes, no, predicate);
    }

    private String cut(Code c, String x) {
        return element.dtype() == DType.U8 ? c.set(kind, "and.b32", x, "255") : x;
    }

    private String call(Code c, String function, String... arguments) {
        return maths.call(c, function.toLowerCase(Locale.ROOT) + "_" + element.compute(), arguments);
    }
}
