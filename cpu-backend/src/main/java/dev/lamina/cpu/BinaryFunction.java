package dev.lamina.cpu;

/// A function of two numbers that [Simd] computes over ranges; comparisons give `1f` or `0f`.
enum BinaryFunction {
    ADD,
    SUB,
    MUL,
    DIV,
    POW,
    MAX,
    MIN,
    LT,
    LE,
    GT,
    GE,
    EQ,
    NE
}
