package dev.lamina.cpu;

/// How [Reduce] joins numbers.
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

    double join(double a, double b) {
        return switch (this) {
            case SUM -> a + b;
            case PROD -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }
}
