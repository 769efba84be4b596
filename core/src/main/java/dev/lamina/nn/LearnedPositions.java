package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// Adds to `x [b, t, dim]` a learned vector for each position below `length`: `weight [length, dim]`, drawn from
/// N(0, 0.02^2).
public final class LearnedPositions implements Layer {
    private final Parameter weight;

    public LearnedPositions(int length, int dim) {
        weight = Initializer.normal(0, 0.02)
                .parameter(
                        Expect.positive("learned_positions", "length", length),
                        Expect.positive("learned_positions", "dim", dim));
    }

    @Override
    public Tensor apply(Tensor x) {
        return apply(x, 0);
    }

    /// @param from the position of the first element
    /// @throws ShapeException if x is longer than there are positions
    public Tensor apply(Tensor x, int from) {
        int dim = weight.shape().dim(1);
        boolean fits = x.shape().rank() == 3 && x.shape().dim(2) == dim;
        Expect.shape(fits, "learned_positions", "[b, t, " + dim + "]", x);
        Expect.type("learned_positions", x, weight);
        int to = from + x.shape().dim(1);
        if (to > weight.shape().dim(0))
            throw new ShapeException("learned_positions: " + x.shape() + " from position " + from + " on needs " + to
                    + " positions, and there are " + weight.shape().dim(0));
        return x.add(weight.value().slice(0, from, to));
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return Weights.named(weight, null);
    }
}
