package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;

/// The elementwise loops as method handles in arrays, which C2 cannot look through.
///
/// Behind a switch C2 inlines whichever loops are hot into one method. It expands some fifty vector operations
/// in a method and gives up on the rest, which then go through the heap: two loops that run at 1 element/ns
/// each ran at 0.06 together. The call through a handle costs a few ns for a whole range.
final class VectorTable {
    private static final MethodType UNARY =
            MethodType.methodType(void.class, int.class, float[].class, int.class, float[].class, int.class);
    private static final MethodType BOTH = MethodType.methodType(
            void.class, int.class, float[].class, int.class, float[].class, int.class, float[].class, int.class);
    private static final MethodType RIGHT = MethodType.methodType(
            void.class, int.class, float[].class, int.class, float.class, float[].class, int.class);
    private static final MethodType LEFT = MethodType.methodType(
            void.class, int.class, float.class, float[].class, int.class, float[].class, int.class);

    private static final MethodHandle[] UNARIES = new MethodHandle[UnaryFn.values().length];
    private static final MethodHandle[] BOTHS = new MethodHandle[BinaryFn.values().length];
    private static final MethodHandle[] RIGHTS = new MethodHandle[BOTHS.length];
    private static final MethodHandle[] LEFTS = new MethodHandle[BOTHS.length];

    static {
        for (var f : UnaryFn.values()) {
            UNARIES[f.ordinal()] = switch (f) {
                case NEG, ABS, SQRT, RSQRT -> find(VectorUnary.class, f, UNARY);
                case SIGN, FLOOR, CEIL, ROUND -> find(VectorRound.class, f, UNARY);
                case EXP, EXPM1, TANH -> find(VectorExp.class, f, UNARY);
                case ERF -> find(VectorErf.class, f, UNARY);
                case LOG, LOG1P -> find(VectorLog.class, f, UNARY);
                case SIN, COS -> find(VectorCircle.class, f, UNARY);
            };
        }
        for (var f : BinaryFn.values()) {
            var type = switch (f) {
                case ADD, SUB, MUL, DIV -> VectorArithmetic.class;
                case POW -> VectorPower.class;
                case MAX, MIN, LT, LE, GT, GE, EQ, NE -> VectorCompare.class;
            };
            BOTHS[f.ordinal()] = find(type, f, BOTH);
            RIGHTS[f.ordinal()] = find(type, f, RIGHT);
            LEFTS[f.ordinal()] = switch (f) {
                case SUB, DIV, POW -> find(type, f, LEFT);
                case ADD, MUL, MAX, MIN, LT, LE, GT, GE, EQ, NE -> null;
            };
        }
    }

    private VectorTable() {}

    private static MethodHandle find(Class<?> type, Enum<?> function, MethodType signature) {
        return find(MethodHandles.lookup(), type, function.name().toLowerCase(Locale.ROOT), signature);
    }

    static MethodHandle find(MethodHandles.Lookup lookup, Class<?> type, String name, MethodType signature) {
        try {
            return lookup.findStatic(type, name, signature);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// `y = f(x)` for whole vectors.
    static void unary(UnaryFn f, int n, float[] x, int xo, float[] y, int yo) {
        try {
            UNARIES[f.ordinal()].invokeExact(n, x, xo, y, yo);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void binary(BinaryFn f, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        try {
            BOTHS[f.ordinal()].invokeExact(n, x, xo, y, yo, z, zo);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void binary(BinaryFn f, int n, float[] x, int xo, float s, float[] z, int zo) {
        try {
            RIGHTS[f.ordinal()].invokeExact(n, x, xo, s, z, zo);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /// Only difference, quotient and power have a loop of their own here; the others are turned round.
    static void binary(BinaryFn f, int n, float s, float[] y, int yo, float[] z, int zo) {
        switch (f) {
            case SUB, DIV, POW -> {
                try {
                    LEFTS[f.ordinal()].invokeExact(n, s, y, yo, z, zo);
                } catch (Throwable e) {
                    throw rethrow(e);
                }
            }
            case LT -> binary(BinaryFn.GT, n, y, yo, s, z, zo);
            case LE -> binary(BinaryFn.GE, n, y, yo, s, z, zo);
            case GT -> binary(BinaryFn.LT, n, y, yo, s, z, zo);
            case GE -> binary(BinaryFn.LE, n, y, yo, s, z, zo);
            case ADD, MUL, MAX, MIN, EQ, NE -> binary(f, n, y, yo, s, z, zo);
        }
    }

    /// The loops declare no checked exception.
    static RuntimeException rethrow(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) e;
    }
}
