package dev.lamina.examples;

import dev.lamina.Mode;
import dev.lamina.Tensor;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Embedding;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Recurrent;
import dev.lamina.nn.State;
import dev.lamina.text.DecoderState.Rows;
import dev.lamina.text.DecoderStep;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Text by two recurrent layers, trained by truncated backpropagation through time: a window begins with the state
/// that the one before it ended with.
final class RecurrentText implements TextModel {
    static final int EMBEDDING = 64;
    static final int HIDDEN = 128;
    private static final int LAYERS = 2;
    private static final int WINDOW = 64;

    private final Embedding tokens;
    private final Recurrent<?> layers;
    private final Dense head;
    /// Where the last call of `follow` left off, and in which mode.
    private State carried;

    private boolean training;

    RecurrentText(int vocabulary, Recurrent<?> one) {
        tokens = new Embedding(vocabulary, EMBEDDING);
        layers = one.layers(LAYERS);
        head = new Dense(HIDDEN, vocabulary);
    }

    @Override
    public Tensor apply(Tensor x) {
        Tensor y = Layer.call("layers", layers, Layer.call("tokens", tokens, x));
        return Layer.call("head", head, y);
    }

    @Override
    public Tensor follow(Tensor x) {
        if (training != Mode.training()) carried = null;
        training = Mode.training();
        var out = run(x, carried);
        carried = out.state().detach().keep();
        return Layer.call("head", head, out.y());
    }

    private Recurrent.Output run(Tensor x, State before) {
        return layers.run(Layer.call("tokens", tokens, x), before);
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public int window() {
        return WINDOW;
    }

    @Override
    public DecoderStep<Rows> step() {
        return (rows, last) -> {
            var out = run(last.unsqueeze(1), state(rows));
            return new DecoderStep.Next<>(head.apply(out.y().squeeze(1)), rows(out.state()));
        };
    }

    private static State state(Rows rows) {
        return switch (rows.tensors().size()) {
            case 0 -> null;
            case 1 -> new State(rows.tensors().getFirst());
            default -> new State(rows.tensors().getFirst(), rows.tensors().getLast());
        };
    }

    private static Rows rows(State s) {
        return s.c() == null ? new Rows(1, s.h()) : new Rows(1, s.h(), s.c());
    }

    @Override
    public SequencedMap<String, Layer> children() {
        var names = new LinkedHashMap<String, Layer>();
        names.put("tokens", tokens);
        names.put("layers", layers);
        names.put("head", head);
        return names;
    }
}
