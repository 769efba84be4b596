package dev.lamina.nn;

import dev.lamina.Tensor;

/// What a recurrent layer remembers between steps: `h`, and for an LSTM the cell state `c` beside it,
/// `[layers * directions, batch, size]` with the layers in order and the directions of each side by side; of
/// a one-step cell `[batch, size]`.
///
/// @param c null where there is none
public record State(Tensor h, Tensor c) {
    /// The state of an `Rnn` or a `Gru`.
    public State(Tensor h) {
        this(h, null);
    }

    /// The same numbers, through which no gradient flows: what a next window of a long sequence begins with
    /// in truncated backpropagation through time (Williams and Peng, 1990).
    public State detach() {
        return new State(h.detach(), c == null ? null : c.detach());
    }

    /// Takes the state out of all scopes, so that it outlives the step that made it; see `Tensor.keepAlive`.
    public State keep() {
        h.keepAlive();
        if (c != null) c.keepAlive();
        return this;
    }

    /// The states of other sequences of the batch: those at these i32 indices, as a search needs that keeps
    /// the best of several continuations.
    public State select(Tensor indices) {
        int batch = h.shape().rank() - 2;
        return new State(h.gather(batch, indices), c == null ? null : c.gather(batch, indices));
    }

    /// Of one layer in one direction.
    State layer(int index) {
        return new State(h.at(index), c == null ? null : c.at(index));
    }
}
