package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.List;

/// Rotary positions: turns pairs of elements of `x [..., t, d]` by angles that grow with the position, so that the
/// product of a query and a key depends on their distance. Su et al., "RoFormer: enhanced transformer with rotary
/// position embedding" (2021).
///
/// @param theta the longest wavelength over 2 pi, usually 10000
/// @param halves pairs are `(i, i + d / 2)`, as in Llama's weights, and not neighbours, as in the paper
public record Rotary(double theta, boolean halves) implements Layer {
    public Rotary {
        if (!(theta > 1)) throw new LaminaException("rotary: theta must be over 1, got " + theta);
    }

    /// As in the paper.
    public Rotary() {
        this(10000, false);
    }

    @Override
    public Tensor apply(Tensor x) {
        return apply(x, 0);
    }

    /// @param from the position of the first element
    /// @throws ShapeException if d is odd
    public Tensor apply(Tensor x, int from) {
        Shape s = x.shape();
        Expect.shape(s.rank() >= 2, "rotary", "[..., t, d]", x);
        int d = s.dim(-1);
        if (d % 2 != 0) throw new ShapeException("rotary: d must be even, got " + s);
        int t = s.dim(-2);
        Tensor angles = Positions.angles(t, from, d / 2, theta, x);
        Tensor sin = angles.sin();
        Tensor cos = pairs(angles.cos(), angles.cos(), t, d);
        return x.mul(cos).add(swapped(x, d).mul(pairs(sin.neg(), sin, t, d)));
    }

    private Tensor pairs(Tensor first, Tensor second, int t, int d) {
        return Tensor.stack(halves ? 1 : 2, List.of(first, second)).reshape(t, d);
    }

    /// Each pair the other way round.
    private Tensor swapped(Tensor x, int d) {
        int rank = x.shape().rank();
        int[] split = Arrays.copyOf(x.shape().dims(), rank + 1);
        split[rank - 1] = halves ? 2 : d / 2;
        split[rank] = halves ? d / 2 : 2;
        return x.reshape(Shape.of(split)).flip(halves ? -2 : -1).reshape(x.shape());
    }
}
