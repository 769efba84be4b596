package dev.lamina.nn;

/// How a loss combines its values.
public enum Reduction {
    /// Their mean; an empty batch is an error.
    MEAN,
    /// Their sum; 0 for an empty batch.
    SUM,
    /// Not at all: one value per element.
    NONE
}
