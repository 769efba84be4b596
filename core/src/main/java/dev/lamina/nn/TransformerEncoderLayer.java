package dev.lamina.nn;

import dev.lamina.LayerPath;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Self-attention, then two dense layers, each added to its input and normalised: `x [b, t, width]` to the same
/// shape. Vaswani et al., "Attention is all you need" (2017). With `causal()` it is a block of a decoder-only
/// model. Parts have the names of PyTorch's TransformerEncoderLayer (`self_attn`, `linear1`, `linear2`, `norm1`,
/// `norm2`), so its weights load.
///
/// Methods that change an option return a layer with the same parameters.
public final class TransformerEncoderLayer implements Layer {
    private final MultiHeadAttention attention;
    private final FeedForward dense;
    private final Layer norm1;
    private final Layer norm2;
    private final Sublayer join;

    /// @param hidden width between the dense layers, usually 4 times `width`
    public TransformerEncoderLayer(int width, int heads, int hidden) {
        this(
                new MultiHeadAttention(width, heads),
                new FeedForward(width, hidden),
                new LayerNorm(width),
                new LayerNorm(width),
                new Sublayer(false, 0));
    }

    private TransformerEncoderLayer(
            MultiHeadAttention attention, FeedForward dense, Layer norm1, Layer norm2, Sublayer join) {
        this.attention = attention;
        this.dense = dense;
        this.norm1 = norm1;
        this.norm2 = norm2;
        this.join = join;
    }

    private TransformerEncoderLayer with(MultiHeadAttention a, FeedForward d, Sublayer j) {
        return new TransformerEncoderLayer(a, d, norm1, norm2, j);
    }

    /// `apply` hides from each element what comes after it.
    public TransformerEncoderLayer causal() {
        return with(attention.causal(), dense, join);
    }

    /// Normalises before each part and not after it.
    public TransformerEncoderLayer normFirst() {
        return with(attention, dense, join.first());
    }

    /// Of what each part gives and between the dense layers, p in [0, 1). For the attention's weights, which
    /// PyTorch drops too, see `attentionDropout`.
    public TransformerEncoderLayer dropout(double p) {
        return with(attention, dense.dropout(p), join.dropout(p));
    }

    /// See `MultiHeadAttention.dropout`.
    public TransformerEncoderLayer attentionDropout(double p) {
        return with(attention.dropout(p), dense, join);
    }

    /// Between the dense layers; relu unless set.
    public TransformerEncoderLayer activation(Layer activation) {
        return with(attention, dense.activation(activation), join);
    }

    /// Queries and keys are turned by their positions.
    public TransformerEncoderLayer rotary(Rotary rotary) {
        return with(attention.rotary(rotary), dense, join);
    }

    /// Root mean square normalisation in place of the layer's, with parameters of its own.
    public TransformerEncoderLayer rmsNorm() {
        int width = attention.width();
        return new TransformerEncoderLayer(attention, dense, new RmsNorm(width), new RmsNorm(width), join);
    }

    @Override
    public Tensor apply(Tensor x) {
        return part(join.apply(x, "norm1", norm1, v -> Layer.call("self_attn", attention, v)));
    }

    public Tensor apply(Tensor x, AttentionMask mask) {
        return part(join.apply(
                x, "norm1", norm1, v -> Layer.call("self_attn", attention, v, () -> attention.attend(v, mask))));
    }

    /// The next elements of sequences, causally; see `MultiHeadAttention.step`.
    public KeyValueCache.Step step(Tensor x, KeyValueCache cache) {
        var after = new KeyValueCache[1];
        Tensor y = join.apply(x, "norm1", norm1, v -> {
            var step = LayerPath.enter("self_attn", () -> attention.step(v, cache));
            after[0] = step.cache();
            return step.output();
        });
        return new KeyValueCache.Step(part(y), after[0]);
    }

    private Tensor part(Tensor x) {
        return join.apply(x, "norm2", norm2, dense::apply);
    }

    @Override
    public SequencedMap<String, Layer> children() {
        var names = new LinkedHashMap<String, Layer>();
        names.put("self_attn", attention);
        dense.children(names);
        names.put("norm1", norm1);
        names.put("norm2", norm2);
        return names;
    }
}
