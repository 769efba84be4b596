package dev.lamina.nn;

import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.op.Iota;
import java.util.List;

/// The angles that positions stand for.
final class Positions {
    private Positions() {}

    /// `[t, pairs]`: position `from + i` times `theta^(-j / pairs)`, in the type and on the device of `like`.
    static Tensor angles(int t, int from, int pairs, double theta, Tensor like) {
        Tensor position = iota(like, Shape.of(t, 1), 0).add(from);
        Tensor frequency =
                iota(like, Shape.of(1, pairs), 1).mul(-Math.log(theta) / pairs).exp();
        return position.mul(frequency);
    }

    private static Tensor iota(Tensor like, Shape shape, int axis) {
        return Tensor.apply(new Iota(new Spec(shape, like.dtype()), axis), List.of(), like.device())
                .getFirst();
    }
}
