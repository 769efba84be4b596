package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What the recurrent layers `Rnn`, `Lstm` and `Gru` share: `x [batch, time, in] -> y [batch, time, size]`,
/// with any number of layers, each in one direction or both, whose outputs then lie side by side (`2 *
/// size`).
///
/// Parameters have PyTorch's names (`weight_ih_l0 [gates * hidden, in]`, `weight_hh_l0`, `bias_ih_l0`,
/// `bias_hh_l0`, with `_reverse` for the backward direction) and order of gates, so that its weights load;
/// they are drawn as PyTorch does, uniform within +-1 / sqrt(hidden).
///
/// `apply` is the output of all steps; `run` takes an initial state and gives the last one beside the output,
/// so that a long sequence can go on in the next call. Given lengths, or a `Packed` batch, nothing is
/// computed for padding, outputs there are zero, the last state is that at each sequence's own end, and the
/// backward direction begins there.
///
/// Methods that change an option return a layer with the same parameters, drawn again only if they no longer
/// fit.
public abstract sealed class Recurrent<L extends Recurrent<L>> implements Layer permits Gru, Lstm, Rnn {
    final Stack stack;

    Recurrent(Stack stack) {
        this.stack = stack;
    }

    /// @param y `[batch, time, size]`, or `[time, batch, size]` with `timeFirst`
    /// @param state after the last step of each sequence
    public record Output(Tensor y, State state) {}

    /// @param y the outputs, without padding
    /// @param state after the last step of each sequence, in the order of the batch
    public record PackedOutput(Packed y, State state) {}

    abstract L with(Stack other);

    /// So many layers, each reading the outputs of the one below.
    public L layers(int n) {
        return with(stack.layers(n));
    }

    /// Each layer also backwards, from the end of each sequence: Schuster and Paliwal, "Bidirectional
    /// recurrent neural networks" (1997).
    public L bidirectional() {
        return with(stack.bidirectional());
    }

    /// In training, dropout of the outputs between layers.
    public L dropout(double p) {
        return with(stack.dropout(p));
    }

    /// Sequences are `[time, batch, ...]`, which saves reordering them.
    public L timeFirst() {
        return with(stack.withTimeFirst());
    }

    public L noBias() {
        return with(stack.noBias());
    }

    /// @throws dev.lamina.ShapeException if x is not `[batch, time, in]`, or has no steps
    @Override
    public Tensor apply(Tensor x) {
        return run(x).y();
    }

    /// From zeros.
    public Output run(Tensor x) {
        return stack.run(x, null);
    }

    /// @param first as an earlier call gave it; see `State.detach`
    /// @throws dev.lamina.ShapeException if the state is of another batch or layer
    public Output run(Tensor x, State first) {
        return stack.run(x, first);
    }

    /// @param lengths of the sequences, each in 1..time
    public Output run(Tensor x, int... lengths) {
        return stack.run(x, lengths, null);
    }

    /// @param lengths of the sequences, each in 1..time
    public Output run(Tensor x, int[] lengths, State first) {
        return stack.run(x, lengths, first);
    }

    /// @param mask 1 at each step of a sequence, 0 at the padding after it: `[batch, time]`, also with
    ///     `timeFirst`
    /// @throws dev.lamina.ShapeException if the mask has another shape, or a step follows padding
    public Output run(Tensor x, Tensor mask) {
        stack.check(x);
        int batch = x.shape().dim(stack.timeFirst() ? 1 : 0);
        int time = x.shape().dim(stack.timeFirst() ? 0 : 1);
        return run(x, Packed.lengths(mask, batch, time));
    }

    /// From zeros.
    public PackedOutput run(Packed x) {
        return stack.run(x, null);
    }

    public PackedOutput run(Packed x, State first) {
        return stack.run(x, first);
    }

    /// A layer with these parameters that gives only the top layer's last state, `[batch, size]`, both
    /// directions side by side: what a classifier of sequences reads.
    public Layer last() {
        return new LastState(this);
    }

    /// The state of the top layer.
    Tensor top(State s) {
        int count = s.h().shape().dim(0);
        if (stack.directions() == 1) return s.h().at(count - 1);
        return Tensor.concat(1, List.of(s.h().at(count - 2), s.h().at(count - 1)));
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return stack.named();
    }

    /// Reads a sequence and gives what is remembered of it.
    private record LastState(Recurrent<?> of) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            return of.top(of.run(x).state());
        }

        @Override
        public SequencedMap<String, Parameter> own() {
            return of.own();
        }

        @Override
        public SequencedMap<String, Layer> children() {
            return new LinkedHashMap<>();
        }
    }
}
