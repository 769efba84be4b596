package dev.lamina.examples;

import dev.lamina.Tensor;
import dev.lamina.nn.AttentionMask;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Embedding;
import dev.lamina.nn.Gru;
import dev.lamina.nn.Layer;
import dev.lamina.nn.MultiHeadAttention;
import dev.lamina.nn.State;
import dev.lamina.text.DecoderState.Rows;
import dev.lamina.text.DecoderStep;
import java.util.Arrays;
import java.util.List;

/// From one string to another: a recurrent layer reads the first in both directions, another writes the second, and
/// at each character it looks back at what was read. Luong, Pham and Manning, "Effective approaches to attention-based
/// neural machine translation" (2015).
///
/// @param bridge from the last state of the reader to the first of the writer
/// @param attention of the writer to the reader
/// @param head from what is written and seen to scores
record Translator(
        Embedding source,
        Gru reader,
        Dense bridge,
        Embedding target,
        Gru writer,
        MultiHeadAttention attention,
        Dense combine,
        Dense head)
        implements Layer {
    /// One character that stands for padding in both strings, another for the start of what is written.
    static final int PADDING = 0;

    static final int START = 1;

    /// @param vocabulary of both strings
    static Translator of(int vocabulary, int embedding, int hidden, int heads) {
        return new Translator(
                new Embedding(vocabulary, embedding),
                new Gru(embedding, hidden).bidirectional(),
                new Dense(2 * hidden, hidden),
                new Embedding(vocabulary, embedding),
                new Gru(embedding, hidden),
                new MultiHeadAttention(hidden, heads, 2 * hidden, 2 * hidden),
                new Dense(2 * hidden, hidden),
                new Dense(hidden, vocabulary));
    }

    /// What was read.
    ///
    /// @param read `[n, t, 2 * hidden]`
    /// @param lengths `i32 [n]`
    /// @param state `[n, hidden]`, to begin to write with
    record Memory(Tensor read, Tensor lengths, Tensor state) {
        Rows rows() {
            return new Rows(0, read, lengths, state);
        }

        static Memory of(Rows rows) {
            List<Tensor> t = rows.tensors();
            return new Memory(t.get(0), t.get(1), t.get(2));
        }
    }

    /// What was written.
    ///
    /// @param scores `[n, u, vocabulary]` of the character after each
    private record Written(Tensor scores, Memory memory) {}

    /// @param x `i32 [n, t]`
    Memory read(Tensor x, Tensor lengths) {
        int[] each = lengths.toInts();
        var out = reader.run(Layer.call("source", source, x), each);
        Tensor h = out.state().h();
        Tensor both = Tensor.concat(1, List.of(h.at(0), h.at(1)));
        return new Memory(out.y(), lengths, Layer.call("bridge", bridge, both).tanh());
    }

    private Written write(Memory m, Tensor characters) {
        var out = writer.run(
                Layer.call("target", target, characters), new State(m.state().unsqueeze(0)));
        Tensor seen = Layer.call(
                "attention",
                attention,
                out.y(),
                () -> attention.attend(out.y(), m.read(), m.read(), AttentionMask.NONE.lengths(m.lengths())));
        Tensor both = Layer.call("combine", combine, Tensor.concat(2, List.of(out.y(), seen)))
                .tanh();
        Tensor scores = Layer.call("head", head, both);
        return new Written(
                scores, new Memory(m.read(), m.lengths(), out.state().h().squeeze(0)));
    }

    /// The scores `[n, u, vocabulary]` of the characters of `written i32 [n, u]` when each is told the ones before it.
    Tensor scores(Tensor x, Tensor lengths, Tensor written) {
        int n = written.shape().dim(0);
        int u = written.shape().dim(1);
        Tensor start = starts(n).unsqueeze(1);
        return write(read(x, lengths), Tensor.concat(1, List.of(start, written.slice(1, 0, u - 1))))
                .scores();
    }

    private static Tensor starts(int n) {
        int[] starts = new int[n];
        Arrays.fill(starts, START);
        return Tensor.of(starts);
    }

    /// The scores of the first character, `[n, vocabulary]`, where all strings are as long as the longest.
    @Override
    public Tensor apply(Tensor x) {
        int[] lengths = new int[x.shape().dim(0)];
        Arrays.fill(lengths, x.shape().dim(1));
        return write(read(x, Tensor.of(lengths)), starts(lengths.length).unsqueeze(1))
                .scores()
                .squeeze(1);
    }

    /// One character at a time.
    DecoderStep<Rows> step() {
        return (rows, last) -> {
            var written = write(Memory.of(rows), last.unsqueeze(1));
            return new DecoderStep.Next<>(
                    written.scores().squeeze(1), written.memory().rows());
        };
    }
}
