package dev.lamina.op;

import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.Where;

/// Symbolic differentiation of expressions. Zero terms are dropped rather than multiplied, so that an infinite
/// factor of a term that does not depend on the variable cannot turn the result into NaN.
final class Derivative {
    private static final Expr ZERO = Expr.of(0);
    private static final Expr ONE = Expr.of(1);

    private Derivative() {}

    static Expr of(Expr e, int index) {
        if (!e.uses(index)) return ZERO;
        return switch (e) {
            case In _ -> ONE;
            case Scalar _, Const _ -> ZERO;
            case Unary(var fn, Expr x) -> {
                Expr dx = of(x, index);
                yield dx.equals(ZERO) ? ZERO : chain(fn, e, x, dx);
            }
            case Binary(var fn, Expr a, Expr b) -> binary(fn, e, a, b, of(a, index), of(b, index));
            case Where(Expr c, Expr y, Expr n) -> c.where(of(y, index), of(n, index));
        };
    }

    private static Expr chain(Expr.UnaryFn fn, Expr y, Expr x, Expr dx) {
        return switch (fn) {
            case NEG -> dx.neg();
            case ABS -> dx.mul(x.sign());
            case SIGN, FLOOR, CEIL, ROUND -> ZERO;
            case EXP -> dx.mul(y);
            case LOG -> dx.div(x);
            case LOG1P -> dx.div(x.add(1));
            case EXPM1 -> dx.mul(x.exp());
            case SQRT -> dx.mul(0.5).div(y);
            case RSQRT -> dx.mul(-0.5).mul(y).div(x);
            case SIN -> dx.mul(x.cos());
            case COS -> dx.mul(x.sin()).neg();
            case TANH -> dx.mul(ONE.sub(y.mul(y)));
            case ERF -> dx.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI));
        };
    }

    private static Expr binary(Expr.BinaryFn fn, Expr y, Expr a, Expr b, Expr da, Expr db) {
        boolean left = !da.equals(ZERO);
        boolean right = !db.equals(ZERO);
        return switch (fn) {
            case ADD -> da.add(db);
            case SUB -> left ? da.sub(db) : db.neg();
            case MUL -> (left ? da.mul(b) : ZERO).add(right ? db.mul(a) : ZERO);
            case DIV -> {
                Expr over = left ? da.div(b) : ZERO;
                yield right ? over.sub(db.mul(y).div(b)) : over;
            }
            case POW -> {
                Expr base = left ? da.mul(b.eq(0).where(0, b.mul(a.pow(b.sub(1))))) : ZERO;
                yield right ? base.add(db.mul(a.eq(0).where(0, y.mul(a.log())))) : base;
            }
            case MAX -> a.ge(b).where(da, db);
            case MIN -> a.le(b).where(da, db);
            case LT, LE, GT, GE, EQ, NE -> ZERO;
        };
    }
}
