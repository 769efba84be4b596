package dev.lamina.examples;

import dev.lamina.Tensor;
import dev.lamina.nn.Gru;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.nn.Rnn;
import dev.lamina.text.DecoderState.Rows;
import dev.lamina.text.DecoderStep;
import java.util.List;

/// A model of text: tokens `i32 [b, t]` to the scores of the one after each, `[b, t, vocabulary]`.
interface TextModel extends Layer {
    List<String> KINDS = List.of("lstm", "gru", "rnn", "transformer");

    /// A fresh model.
    ///
    /// @param kind one of `KINDS`
    static TextModel of(String kind, int vocabulary) {
        int in = RecurrentText.EMBEDDING;
        int hidden = RecurrentText.HIDDEN;
        return switch (kind) {
            case "lstm" -> new RecurrentText(vocabulary, new Lstm(in, hidden));
            case "gru" -> new RecurrentText(vocabulary, new Gru(in, hidden));
            case "rnn" -> new RecurrentText(vocabulary, new Rnn(in, hidden));
            case "transformer" -> new AttentionText(vocabulary);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /// As `apply`, but where the last call left off if it can be continued: row r of a batch goes on where row r of
    /// the one before ended.
    Tensor follow(Tensor x);

    /// Whether batches should be parts of a few long streams, for `follow`, and not windows from anywhere.
    boolean streams();

    /// Characters of a window that is trained on.
    int window();

    /// One token at a time.
    DecoderStep<Rows> step();

    /// Before the first token.
    default Rows start() {
        return new Rows(0);
    }
}
