package dev.lamina.nn;

import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import java.util.Optional;

/// A layer that multiplies and adds a bias, and can do the activation that follows in the same pass.
interface Linear extends Layer {
    /// @param activation one that `dev.lamina.op.Affine` fuses
    Tensor apply(Tensor x, Optional<Elementwise> activation);

    @Override
    default Tensor apply(Tensor x) {
        return apply(x, Optional.empty());
    }
}
