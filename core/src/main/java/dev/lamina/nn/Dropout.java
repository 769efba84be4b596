package dev.lamina.nn;

import dev.lamina.Mode;
import dev.lamina.Rng;
import dev.lamina.Tensor;

/// In training zeroes each element with probability `p` and divides the others by 1 - p; in evaluation the
/// identity. Draws from `Rng.current()`. Srivastava et al., "Dropout: a simple way to prevent neural networks
/// from overfitting" (2014).
///
/// @param p in [0, 1)
public record Dropout(double p) implements Layer {
    public Dropout {
        Expect.that(p >= 0 && p < 1, "dropout", "p must be in [0, 1)", p);
    }

    @Override
    public Tensor apply(Tensor x) {
        return p == 0 || !Mode.training() ? x : x.dropout(p, Rng.current());
    }
}
