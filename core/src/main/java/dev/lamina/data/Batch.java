package dev.lamina.data;

import dev.lamina.LaminaException;
import dev.lamina.Masks;
import dev.lamina.Tensor;

/// Samples side by side, on a device.
///
/// @param inputs [n, ...]; [n, t, ...] if they were padded
/// @param targets [n, ...]; [n] for class labels
/// @param lengths of the inputs before they were padded, i32 [n]; null if they were not
/// @param targetLengths of the targets before they were padded, i32 [n]; null if they were not
public record Batch(Tensor inputs, Tensor targets, Tensor lengths, Tensor targetLengths) {
    /// Samples of one size.
    public Batch(Tensor inputs, Tensor targets) {
        this(inputs, targets, null, null);
    }

    /// The number of samples.
    public int size() {
        return inputs.shape().dim(0);
    }

    /// The same batch with other inputs, as long as these.
    public Batch inputs(Tensor other) {
        return new Batch(other, targets, lengths, targetLengths);
    }

    /// The same batch with other targets, as long as these.
    public Batch targets(Tensor other) {
        return new Batch(inputs, other, lengths, targetLengths);
    }

    /// f32 [n, t]: 1 for what is an input and 0 for padding.
    ///
    /// @throws LaminaException if the inputs were not padded
    public Tensor mask() {
        return mask("inputs", lengths, inputs);
    }

    /// f32 [n, t]: 1 for what is a target and 0 for padding.
    ///
    /// @throws LaminaException if the targets were not padded
    public Tensor targetMask() {
        return mask("targets", targetLengths, targets);
    }

    private static Tensor mask(String what, Tensor lengths, Tensor padded) {
        if (lengths == null)
            throw new LaminaException("batch: the " + what + " " + padded.shape()
                    + " were not padded and have no mask; let the loader pad them, with pad(...)");
        return Masks.ofLengths(lengths, padded.shape().dim(1));
    }
}
