package dev.lamina.nn;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.List;

/// Adds to `x [b, t, dim]` the sine and the cosine of each position at dim / 2 wavelengths from 2 pi to 10000 * 2 pi,
/// side by side. Vaswani et al., "Attention is all you need" (2017). Has no parameters and no longest length.
///
/// @param dim even
public record SinusoidalPositions(int dim) implements Layer {
    public SinusoidalPositions {
        Expect.positive("sinusoidal_positions", "dim", dim);
        if (dim % 2 != 0) throw new ShapeException("sinusoidal_positions: dim must be even, got " + dim);
    }

    @Override
    public Tensor apply(Tensor x) {
        return apply(x, 0);
    }

    /// @param from the position of the first element
    public Tensor apply(Tensor x, int from) {
        boolean fits = x.shape().rank() == 3 && x.shape().dim(2) == dim;
        Expect.shape(fits, "sinusoidal_positions", "[b, t, " + dim + "]", x);
        int t = x.shape().dim(1);
        Tensor angles = Positions.angles(t, from, dim / 2, 10000, x);
        return x.add(Tensor.stack(-1, List.of(angles.sin(), angles.cos())).reshape(t, dim));
    }
}
