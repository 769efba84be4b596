package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;

/// One operation of a fused loop on values, which are numbered as in [BlockProgram].
///
/// @param fn of a unary or binary line
/// @param value the number of the result
record FusedLine(Kind kind, Enum<?> fn, int value, int... operands) {
    enum Kind {
        UNARY,
        BINARY,
        COMPARE,
        WHERE,
        /// A step that is no part of a loop: its vector form needs doubles, or a number at a time for some arguments.
        ALONE;

        static Kind of(UnaryFn fn) {
            return switch (fn) {
                case SIN, COS, LOG, LOG1P -> ALONE;
                case NEG, ABS, SIGN, EXP, EXPM1, SQRT, RSQRT, TANH, ERF, FLOOR, CEIL, ROUND -> UNARY;
            };
        }

        static Kind of(BinaryFn fn) {
            return switch (fn) {
                case POW -> ALONE;
                case LT, LE, GT, GE, EQ, NE -> COMPARE;
                case ADD, SUB, MUL, DIV, MAX, MIN -> BINARY;
            };
        }
    }

    /// Calls of the Vector API that the line expands to, broadcasts of constants included.
    int calls() {
        return switch (kind) {
            case BINARY -> 1;
            case COMPARE, WHERE -> 2;
            case ALONE -> 0;
            case UNARY ->
                switch ((UnaryFn) fn) {
                    case NEG, ABS, SQRT -> 1;
                    case RSQRT -> 3;
                    case SIGN -> 6;
                    case ROUND -> 13;
                    case FLOOR -> 17;
                    case CEIL -> 23;
                    case EXP -> 30;
                    case EXPM1 -> 43;
                    case TANH -> 43;
                    case ERF -> 46;
                    case SIN, COS, LOG, LOG1P -> 0;
                };
        };
    }
}
