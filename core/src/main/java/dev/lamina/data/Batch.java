package dev.lamina.data;

import dev.lamina.Tensor;

/// Samples side by side, on a device.
///
/// @param inputs [n, ...]
/// @param targets [n, ...]; [n] for class labels
public record Batch(Tensor inputs, Tensor targets) {
    /// The number of samples.
    public int size() {
        return inputs.shape().dim(0);
    }
}
