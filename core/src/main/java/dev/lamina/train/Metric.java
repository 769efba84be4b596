package dev.lamina.train;

import dev.lamina.Tensor;

/// A number that says how good predictions are, gathered over batches. Holds state: use one per evaluation at a
/// time.
public interface Metric {
    String name();

    void reset();

    /// Takes one batch into account: `predictions` [n, ...] and `targets` [n, ...].
    void add(Tensor predictions, Tensor targets);

    /// The value over all batches since `reset`; NaN if there were none.
    double value();
}
