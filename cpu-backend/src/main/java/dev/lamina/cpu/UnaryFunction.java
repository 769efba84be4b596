package dev.lamina.cpu;

/// A function of one number that [Simd] computes over a range.
enum UnaryFunction {
    NEG,
    ABS,
    SIGN,
    EXP,
    LOG,
    LOG1P,
    EXPM1,
    SQRT,
    RSQRT,
    SIN,
    COS,
    TANH,
    ERF,
    FLOOR,
    CEIL,
    ROUND
}
