package dev.lamina.examples;

import dev.lamina.Tensor;
import dev.lamina.nn.CausalTransformer;
import dev.lamina.nn.KeyValueCache;
import dev.lamina.nn.Layer;
import dev.lamina.text.DecoderState.Rows;
import dev.lamina.text.DecoderStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Text by a Transformer, which sees the characters of one window.
final class AttentionText implements TextModel {
    private static final int CONTEXT = 128;
    private static final int WIDTH = 128;
    private static final int HEADS = 4;
    private static final int LAYERS = 4;

    private final CausalTransformer model;

    AttentionText(int vocabulary) {
        model = new CausalTransformer(vocabulary, CONTEXT, WIDTH, HEADS, LAYERS);
    }

    @Override
    public Tensor apply(Tensor x) {
        return Layer.call("model", model, x);
    }

    @Override
    public Tensor follow(Tensor x) {
        return apply(x);
    }

    @Override
    public boolean streams() {
        return false;
    }

    @Override
    public int window() {
        return CONTEXT;
    }

    /// The state is all tokens that are seen, then the keys and values of each block. When they fill the window, the
    /// first half of it is forgotten and the second read again.
    @Override
    public DecoderStep<Rows> step() {
        return (rows, last) -> {
            Tensor next = last.unsqueeze(1);
            List<Tensor> held = rows.tensors();
            Tensor seen = held.isEmpty() ? next : Tensor.concat(1, List.of(held.getFirst(), next));
            int length = seen.shape().dim(1);
            boolean full = length > CONTEXT;
            if (full) seen = seen.slice(1, length - CONTEXT / 2, length);
            var step = full || held.isEmpty()
                    ? model.step(seen, model.caches())
                    : model.step(next, caches(held.subList(1, held.size())));
            var state = new ArrayList<>(List.of(seen));
            for (KeyValueCache c : step.caches()) state.addAll(List.of(c.keys(), c.values()));
            int read = step.logits().shape().dim(1);
            Tensor logits = step.logits().slice(1, read - 1, read).squeeze(1);
            return new DecoderStep.Next<>(logits, new Rows(0, state));
        };
    }

    private static List<KeyValueCache> caches(List<Tensor> held) {
        var caches = new ArrayList<KeyValueCache>();
        for (int i = 0; i < held.size(); i += 2) caches.add(new KeyValueCache(CONTEXT, held.get(i), held.get(i + 1)));
        return caches;
    }

    @Override
    public SequencedMap<String, Layer> children() {
        var names = new LinkedHashMap<String, Layer>();
        names.put("model", model);
        return names;
    }
}
