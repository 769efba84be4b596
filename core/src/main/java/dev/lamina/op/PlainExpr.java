package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Tensor;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.Where;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Computes expressions one op at a time, equal ones once: what has several outputs can be differentiated so,
/// any number of times, by kernels that every program has.
final class PlainExpr {
    private final List<Tensor> inputs;
    private final Map<Expr, Tensor> known = new HashMap<>();

    PlainExpr(List<Tensor> inputs) {
        this.inputs = inputs;
    }

    List<Tensor> all(Elementwise f) {
        return f.outputs().stream().map(this::value).toList();
    }

    private Tensor value(Expr e) {
        Tensor v = known.get(e);
        if (v == null) known.put(e, v = compute(e));
        return v;
    }

    private Tensor compute(Expr e) {
        return switch (e) {
            case In(int i) -> inputs.get(i);
            case Const(double c) -> constant(c);
            case Scalar s -> throw new IllegalStateException("a cell has no " + s);
            case Unary(var fn, Expr x) -> Tensor.map(Elementwise.of(name(fn), 1, new Unary(fn, Expr.in(0))), value(x));
            case Binary(var fn, Expr a, Expr b) ->
                Tensor.map(Elementwise.of(name(fn), 2, new Binary(fn, Expr.in(0), Expr.in(1))), value(a), value(b));
            case Where(Expr c, Expr y, Expr n) -> Tensor.map(Functions.WHERE, value(c), value(y), value(n));
        };
    }

    private Tensor constant(double c) {
        Tensor like = inputs.getFirst();
        DType t = like.dtype();
        return like.device().with(() -> Tensor.full(c, t));
    }

    private static String name(Enum<?> fn) {
        return fn.name().toLowerCase(Locale.ROOT);
    }
}
