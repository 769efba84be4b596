package dev.lamina.text;

import dev.lamina.Tensor;
import java.util.List;

/// What a model carries from one token to the next, such as the hidden states of a recurrent layer or the
/// keys and values of attention, for several sequences at once. Make it a record, so that a scope finds the
/// tensors in it.
///
/// @param <S> the implementing class
public interface DecoderState<S extends DecoderState<S>> {
    /// The state of the sequences `rows`, i32 [m], in this order; one may be there several times or not at
    /// all.
    S gather(Tensor rows);

    /// A state of nothing: for a model that sees only the last token.
    record None() implements DecoderState<None> {
        @Override
        public None gather(Tensor rows) {
            return this;
        }
    }

    /// A state of tensors of which one axis is that of the sequences, the same for all.
    ///
    /// @param axis of the sequences: 0 for [n, ...], 1 for the [layers, n, size] of recurrent layers
    record Rows(int axis, List<Tensor> tensors) implements DecoderState<Rows> {
        public Rows {
            tensors = List.copyOf(tensors);
        }

        public Rows(int axis, Tensor... tensors) {
            this(axis, List.of(tensors));
        }

        @Override
        public Rows gather(Tensor rows) {
            return new Rows(
                    axis, tensors.stream().map(t -> t.gather(axis, rows)).toList());
        }
    }
}
