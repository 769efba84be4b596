package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.LayerPath;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Decoder layers one after another, then a normalisation if there is one: parameters `layers.0...`, `norm...`, as
/// in PyTorch. It takes two inputs: use `decode`.
///
/// @param norm null for none; layers that normalise first need one
public record TransformerDecoder(List<TransformerDecoderLayer> layers, Layer norm) implements Layer {
    /// What a step gives.
    ///
    /// @param states to go on with, one of each layer
    public record Step(Tensor output, List<TransformerDecoderLayer.State> states) {}

    public TransformerDecoder {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) throw new LaminaException("transformer_decoder: no layers given");
    }

    /// `count` layers that `layer` makes.
    public static TransformerDecoder of(int count, Supplier<TransformerDecoderLayer> layer) {
        return new TransformerDecoder(Stream.generate(layer).limit(count).toList(), null);
    }

    /// With a normalisation at the end.
    public TransformerDecoder norm(Layer last) {
        return new TransformerDecoder(layers, last);
    }

    /// @throws LaminaException always: a decoder needs the encoder's output
    @Override
    public Tensor apply(Tensor x) {
        throw new LaminaException("transformer_decoder: takes two inputs; use decode(x, memory)");
    }

    /// `x [b, t, width]` with `memory [b, tm, width]`, x causally.
    public Tensor decode(Tensor x, Tensor memory) {
        return decode(x, memory, AttentionMask.CAUSAL, AttentionMask.NONE);
    }

    /// @param mask of the elements of x
    /// @param memoryMask of the elements of the memory, such as its lengths
    public Tensor decode(Tensor x, Tensor memory, AttentionMask mask, AttentionMask memoryMask) {
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            Tensor in = y;
            y = Layer.call("layers." + i, layer, in, () -> layer.decode(in, memory, mask, memoryMask));
        }
        return end(y);
    }

    private Tensor end(Tensor y) {
        return norm == null ? y : Layer.call("norm", norm, y);
    }

    /// The beginning of a decoding of at most `capacity` elements.
    public List<TransformerDecoderLayer.State> start(Tensor memory, int capacity) {
        return IntStream.range(0, layers.size())
                .mapToObj(
                        i -> LayerPath.enter("layers." + i, () -> layers.get(i).start(memory, capacity)))
                .toList();
    }

    /// The next elements of sequences: many steps give what one `decode` of everything gives.
    public Step step(Tensor x, List<TransformerDecoderLayer.State> states, AttentionMask memoryMask) {
        if (states.size() != layers.size())
            throw new LaminaException("transformer_decoder: " + layers.size() + " layers need as many states, got "
                    + states.size() + "; make them with start(memory, capacity)");
        var after = new ArrayList<TransformerDecoderLayer.State>();
        Tensor y = x;
        for (int i = 0; i < layers.size(); i++) {
            int n = i;
            Tensor in = y;
            var step = LayerPath.enter("layers." + i, () -> layers.get(n).step(in, states.get(n), memoryMask));
            after.add(step.state());
            y = step.output();
        }
        return new Step(end(y), after);
    }
}
