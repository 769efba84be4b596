package dev.lamina.kernels.ptx;

import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.Where;
import java.util.HashMap;
import java.util.Map;

/// Prints expressions, each distinct one once: what depends on no input before the loop, what depends only
/// on inputs that neighbours share once for them, everything else for each element.
final class Expressions {
    /// How often a value is computed.
    private enum Once {
        PER_KERNEL,
        PER_ITEM,
        PER_ELEMENT
    }

    private record Value(String register, Once once) {}

    private final Element element;
    private final Code prologue;
    private final Code body;
    private final Instructions instructions;
    private final Map<Expr, Value> values = new HashMap<>();
    private final Map<Expr, Value> predicates = new HashMap<>();

    Expressions(Element element, Code prologue, Code body, Maths maths) {
        this.element = element;
        this.prologue = prologue;
        this.body = body;
        this.instructions = new Instructions(element, maths);
    }

    /// Binds a scalar to a register of the prologue.
    void scalar(int index, String register) {
        values.put(Expr.scalar(index), new Value(register, Once.PER_KERNEL));
    }

    /// Binds an input to its element, or to one that the neighbours of an item share.
    void input(int index, String register, boolean shared) {
        values.put(Expr.in(index), new Value(register, shared ? Once.PER_ITEM : Once.PER_ELEMENT));
    }

    /// Forgets what holds for one element.
    void nextElement() {
        forget(Once.PER_ELEMENT);
    }

    /// Forgets what holds for one item: another loop begins.
    void nextLoop() {
        forget(Once.PER_ELEMENT);
        forget(Once.PER_ITEM);
    }

    private void forget(Once once) {
        values.values().removeIf(v -> v.once == once);
        predicates.values().removeIf(v -> v.once == once);
    }

    /// The register that holds `e`.
    String register(Expr e) {
        return value(e).register;
    }

    private Value value(Expr e) {
        Value known = values.get(e);
        if (known != null) return known;
        Value v = switch (e) {
            case In(int i) -> throw new IllegalStateException("input " + i + " is not bound");
            case Scalar(int i) -> throw new IllegalStateException("scalar " + i + " is not bound");
            case Const(double c) ->
                new Value(
                        prologue.set(
                                element.register(),
                                "mov." + (element.floating() ? element.compute() : "b32"),
                                element.constant(c)),
                        Once.PER_KERNEL);
            case Unary(var fn, Expr x) -> {
                Value a = value(x);
                yield new Value(instructions.unary(code(a.once), fn, a.register), a.once);
            }
            case Binary(var fn, Expr x, Expr y)
            when comparison(fn) -> {
                Value p = predicate(e);
                yield new Value(instructions.truth(code(p.once), p.register), p.once);
            }
            case Binary(var fn, Expr x, Expr y) -> {
                Value a = value(x);
                Value b = value(y);
                Once once = later(a.once, b.once);
                yield new Value(instructions.binary(code(once), fn, a.register, b.register), once);
            }
            case Where(Expr c, Expr yes, Expr no) -> {
                Value p = predicate(c);
                Value y = value(yes);
                Value n = value(no);
                Once once = later(p.once, later(y.once, n.once));
                yield new Value(instructions.select(code(once), p.register, y.register, n.register), once);
            }
        };
        values.put(e, v);
        return v;
    }

    /// The predicate register that tells whether `e` is not 0.
    private Value predicate(Expr e) {
        Value known = predicates.get(e);
        if (known != null) return known;
        Value p;
        if (e instanceof Binary(var fn, Expr x, Expr y) && comparison(fn)) {
            Value a = value(x);
            Value b = value(y);
            Once once = later(a.once, b.once);
            p = new Value(instructions.compare(code(once), fn, a.register, b.register), once);
        } else {
            Value v = value(e);
            p = new Value(instructions.compare(code(v.once), BinaryFn.NE, v.register, element.constant(0)), v.once);
        }
        predicates.put(e, p);
        return p;
    }

    private static boolean comparison(BinaryFn fn) {
        return switch (fn) {
            case LT, LE, GT, GE, EQ, NE -> true;
            case ADD, SUB, MUL, DIV, POW, MAX, MIN -> false;
        };
    }

    private Code code(Once once) {
        return once == Once.PER_KERNEL ? prologue : body;
    }

    private static Once later(Once a, Once b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
