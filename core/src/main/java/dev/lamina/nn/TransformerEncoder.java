package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.LayerPath;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Encoder layers one after another, then a normalisation if there is one: parameters `layers.0...`, `norm...`, as
/// in PyTorch.
///
/// @param norm null for none; layers that normalise first need one
public record TransformerEncoder(List<TransformerEncoderLayer> layers, Layer norm) implements Layer {
    /// What a step gives.
    ///
    /// @param caches to go on with, one of each layer
    public record Step(Tensor output, List<KeyValueCache> caches) {}

    public TransformerEncoder {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) throw new LaminaException("transformer_encoder: no layers given");
    }

    /// `count` layers that `layer` makes.
    public static TransformerEncoder of(int count, Supplier<TransformerEncoderLayer> layer) {
        return new TransformerEncoder(Stream.generate(layer).limit(count).toList(), null);
    }

    /// With a normalisation at the end.
    public TransformerEncoder norm(Layer last) {
        return new TransformerEncoder(layers, last);
    }

    @Override
    public Tensor apply(Tensor x) {
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) y = Layer.call("layers." + i, layers.get(i), y);
        return end(y);
    }

    /// With one mask for all layers.
    public Tensor apply(Tensor x, AttentionMask mask) {
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            Tensor in = y;
            y = Layer.call("layers." + i, layer, in, () -> layer.apply(in, mask));
        }
        return end(y);
    }

    private Tensor end(Tensor y) {
        return norm == null ? y : Layer.call("norm", norm, y);
    }

    /// Empty caches for at most `capacity` elements.
    public List<KeyValueCache> caches(int capacity) {
        return Collections.nCopies(layers.size(), KeyValueCache.empty(capacity));
    }

    /// The next elements of sequences, causally; see `MultiHeadAttention.step`.
    public Step step(Tensor x, List<KeyValueCache> caches) {
        if (caches.size() != layers.size())
            throw new LaminaException("transformer_encoder: " + layers.size() + " layers need as many caches, got "
                    + caches.size() + "; make them with caches(capacity)");
        var after = new ArrayList<KeyValueCache>();
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            int n = i;
            Tensor in = y;
            var step = LayerPath.enter("layers." + i, () -> layers.get(n).step(in, caches.get(n)));
            after.add(step.cache());
            y = step.output();
        }
        return new Step(end(y), after);
    }
}
