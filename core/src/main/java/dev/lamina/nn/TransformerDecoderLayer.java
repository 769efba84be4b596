package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.LayerPath;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Causal self-attention, attention to the encoder's output, then two dense layers, each added to its input and
/// normalised. Vaswani et al., "Attention is all you need" (2017). Parts have the names of PyTorch's
/// TransformerDecoderLayer (`self_attn`, `multihead_attn`, `linear1`, `linear2`, `norm1`, `norm2`, `norm3`), so its
/// weights load.
///
/// It takes two inputs: use `decode`. Methods that change an option return a layer with the same parameters.
public final class TransformerDecoderLayer implements Layer {
    /// What a decoding has behind it: the elements so far, and the encoder's output as keys and values.
    public record State(KeyValueCache own, KeyValueCache memory) {}

    /// What a step gives.
    ///
    /// @param state to go on with
    public record Step(Tensor output, State state) {}

    private final MultiHeadAttention own;
    private final MultiHeadAttention cross;
    private final FeedForward dense;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final LayerNorm norm3;
    private final Sublayer join;

    /// @param hidden width between the dense layers, usually 4 times `width`
    public TransformerDecoderLayer(int width, int heads, int hidden) {
        this(
                new MultiHeadAttention(width, heads),
                new MultiHeadAttention(width, heads),
                new FeedForward(width, hidden),
                new LayerNorm(width),
                new LayerNorm(width),
                new LayerNorm(width),
                new Sublayer(false, 0));
    }

    private TransformerDecoderLayer(
            MultiHeadAttention own,
            MultiHeadAttention cross,
            FeedForward dense,
            LayerNorm norm1,
            LayerNorm norm2,
            LayerNorm norm3,
            Sublayer join) {
        this.own = own;
        this.cross = cross;
        this.dense = dense;
        this.norm1 = norm1;
        this.norm2 = norm2;
        this.norm3 = norm3;
        this.join = join;
    }

    private TransformerDecoderLayer with(MultiHeadAttention o, MultiHeadAttention c, FeedForward d, Sublayer j) {
        return new TransformerDecoderLayer(o, c, d, norm1, norm2, norm3, j);
    }

    /// Normalises before each part and not after it.
    public TransformerDecoderLayer normFirst() {
        return with(own, cross, dense, join.first());
    }

    /// Of what each part gives and between the dense layers, p in [0, 1). For the attentions' weights, which
    /// PyTorch drops too, see `attentionDropout`.
    public TransformerDecoderLayer dropout(double p) {
        return with(own, cross, dense.dropout(p), join.dropout(p));
    }

    /// See `MultiHeadAttention.dropout`.
    public TransformerDecoderLayer attentionDropout(double p) {
        return with(own.dropout(p), cross.dropout(p), dense, join);
    }

    /// Between the dense layers; relu unless set.
    public TransformerDecoderLayer activation(Layer activation) {
        return with(own, cross, dense.activation(activation), join);
    }

    /// @throws LaminaException always: a decoder needs the encoder's output
    @Override
    public Tensor apply(Tensor x) {
        throw new LaminaException("transformer_decoder_layer: takes two inputs; use decode(x, memory)");
    }

    /// `x [b, t, width]` with `memory [b, tm, width]`, x causally.
    public Tensor decode(Tensor x, Tensor memory) {
        return decode(x, memory, AttentionMask.CAUSAL, AttentionMask.NONE);
    }

    /// @param mask of the elements of x
    /// @param memoryMask of the elements of the memory, such as its lengths
    public Tensor decode(Tensor x, Tensor memory, AttentionMask mask, AttentionMask memoryMask) {
        Tensor y = join.apply(x, "norm1", norm1, v -> Layer.call("self_attn", own, v, () -> own.attend(v, mask)));
        Tensor z = join.apply(
                y,
                "norm2",
                norm2,
                v -> Layer.call("multihead_attn", cross, v, () -> cross.attend(v, memory, memory, memoryMask)));
        return join.apply(z, "norm3", norm3, dense::apply);
    }

    /// The beginning of a decoding of at most `capacity` elements.
    public State start(Tensor memory, int capacity) {
        var remembered = LayerPath.enter("multihead_attn", () -> cross.remember(memory, memory));
        return new State(KeyValueCache.empty(capacity), remembered);
    }

    /// The next elements of sequences: many steps give what one `decode` of everything gives.
    public Step step(Tensor x, State state, AttentionMask memoryMask) {
        var after = new KeyValueCache[1];
        Tensor y = join.apply(x, "norm1", norm1, v -> {
            var step = LayerPath.enter("self_attn", () -> own.step(v, state.own()));
            after[0] = step.cache();
            return step.output();
        });
        Tensor z = join.apply(
                y,
                "norm2",
                norm2,
                v -> Layer.call("multihead_attn", cross, v, () -> cross.read(v, state.memory(), memoryMask)));
        return new Step(join.apply(z, "norm3", norm3, dense::apply), new State(after[0], state.memory()));
    }

    @Override
    public SequencedMap<String, Layer> children() {
        var names = new LinkedHashMap<String, Layer>();
        names.put("self_attn", own);
        names.put("multihead_attn", cross);
        dense.children(names);
        names.put("norm1", norm1);
        names.put("norm2", norm2);
        names.put("norm3", norm3);
        return names;
    }
}
