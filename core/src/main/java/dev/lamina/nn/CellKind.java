package dev.lamina.nn;

import dev.lamina.Shape;
import dev.lamina.op.Cell;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Which recurrent network, and its variants. Parameters have PyTorch's names and its order of gates: input,
/// forget, cell, output of an LSTM; reset, update, new of a GRU.
sealed interface CellKind {
    /// @param relu instead of tanh
    record Simple(boolean relu, boolean norm) implements CellKind {}

    /// @param projection size of the projected state, 0 for none
    record LongShort(boolean peepholes, int projection, boolean norm) implements CellKind {}

    /// @param resetAfter the reset gate acts on the product with the weights, not on the state before it
    record Gated(boolean resetAfter, boolean norm) implements CellKind {}

    /// Ba, Kiros and Hinton, "Layer normalization" (2016): both products, and the cell state of an LSTM where
    /// it leaves.
    boolean norm();

    default String title() {
        return switch (this) {
            case Simple _ -> "rnn";
            case LongShort _ -> "lstm";
            case Gated _ -> "gru";
        };
    }

    default int gates() {
        return switch (this) {
            case Simple _ -> 1;
            case LongShort _ -> 4;
            case Gated _ -> 3;
        };
    }

    default boolean memory() {
        return this instanceof LongShort;
    }

    /// The size of the output and of `h`.
    default int size(int hidden) {
        return this instanceof LongShort l && l.projection > 0 ? l.projection : hidden;
    }

    /// True if the whole sequence is one op; otherwise the steps are plain ops.
    default boolean fused() {
        return !norm() && !(this instanceof Gated g && !g.resetAfter);
    }

    /// The op's cell.
    default Cell cell() {
        return switch (this) {
            case Simple s -> s.relu ? Cell.RNN_RELU : Cell.RNN_TANH;
            case LongShort l when l.projection > 0 -> l.peepholes ? Cell.LSTM_PEEPHOLE_PROJECTED : Cell.LSTM_PROJECTED;
            case LongShort l -> l.peepholes ? Cell.LSTM_PEEPHOLE : Cell.LSTM;
            case Gated _ -> Cell.GRU;
        };
    }

    /// The shapes of the parameters by name. A normalisation has a shift of its own, which makes a bias
    /// beside it idle.
    default SequencedMap<String, Shape> shapes(int in, int hidden, boolean bias) {
        var shapes = new LinkedHashMap<String, Shape>();
        int rows = gates() * hidden;
        shapes.put("weight_ih", Shape.of(rows, in));
        shapes.put("weight_hh", Shape.of(rows, size(hidden)));
        if (bias && !norm()) {
            shapes.put("bias_ih", Shape.of(rows));
            shapes.put("bias_hh", Shape.of(rows));
        }
        if (this instanceof LongShort l && l.projection > 0) shapes.put("weight_hr", Shape.of(l.projection, hidden));
        if (this instanceof LongShort l && l.peepholes) shapes.put("weight_peephole", Shape.of(3, hidden));
        if (!norm()) return shapes;
        for (String side : new String[] {"ih", "hh"}) {
            shapes.put("norm_" + side + "_weight", Shape.of(rows));
            shapes.put("norm_" + side + "_bias", Shape.of(rows));
        }
        if (memory()) {
            shapes.put("norm_c_weight", Shape.of(hidden));
            shapes.put("norm_c_bias", Shape.of(hidden));
        }
        return shapes;
    }
}
