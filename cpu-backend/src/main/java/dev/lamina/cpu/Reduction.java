package dev.lamina.cpu;

import dev.lamina.op.Reduce;

/// How numbers are joined: the kinds of the op `Reduce`.
enum Reduction {
    SUM(0),
    PROD(1),
    MAX(Double.NEGATIVE_INFINITY),
    MIN(Double.POSITIVE_INFINITY);

    /// What changes nothing: the result for an empty axis.
    final double identity;

    Reduction(double identity) {
        this.identity = identity;
    }

    static Reduction of(Reduce.Kind kind) {
        return switch (kind) {
            case SUM -> SUM;
            case PROD -> PROD;
            case MAX -> MAX;
            case MIN -> MIN;
        };
    }

    double join(double a, double b) {
        return switch (this) {
            case SUM -> a + b;
            case PROD -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }
}
