package dev.lamina.text;

import dev.lamina.Tensor;

/// One step of a model that writes: it takes the last token of each sequence, i32 [n], and its state, and
/// gives the scores of all tokens to come, [n, c], and the next state. Searches know nothing else of a model.
///
/// @param <S> the state
@FunctionalInterface
public interface DecoderStep<S extends DecoderState<S>> {
    Next<S> apply(S state, Tensor tokens);

    /// What follows.
    ///
    /// @param logits [n, c]: logarithms of probabilities up to a constant in each row
    record Next<S extends DecoderState<S>>(Tensor logits, S state) {}
}
