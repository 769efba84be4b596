package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Attention by several heads (Vaswani et al., "Attention is all you need", 2017): `query [b, tq, width]` to
/// `key [b, tk, keyWidth]` and `value [b, tk, valueWidth]` gives `[b, tq, width]`. The batch comes first.
/// Parameters have the names and layouts of PyTorch's MultiheadAttention, so its weights load: `in_proj_weight`
/// (or `q_proj_weight`, `k_proj_weight`, `v_proj_weight` where widths differ), `in_proj_bias`, `out_proj.weight`,
/// `out_proj.bias`.
///
/// Methods that change an option return a layer with the same parameters.
public final class MultiHeadAttention implements Layer {
    private static final String NAME = "multi_head_attention";

    private record Options(boolean causal, double dropout, Rotary rotary) {}

    private final AttentionProjections in;
    private final Dense out;
    private final Options options;

    public MultiHeadAttention(int width, int heads) {
        this(width, heads, width, width);
    }

    /// For keys and values that are made of tensors of other widths.
    public MultiHeadAttention(int width, int heads, int keyWidth, int valueWidth) {
        this(
                AttentionProjections.draw(
                        Expect.positive(NAME, "width", width),
                        divides(width, Expect.positive(NAME, "heads", heads)),
                        Expect.positive(NAME, "key width", keyWidth),
                        Expect.positive(NAME, "value width", valueWidth)),
                unbiased(new Dense(width, width)),
                new Options(false, 0, null));
    }

    private MultiHeadAttention(AttentionProjections in, Dense out, Options options) {
        this.in = in;
        this.out = out;
        this.options = options;
    }

    private static int divides(int width, int heads) {
        if (width % heads != 0)
            throw new ShapeException(NAME + ": a width of " + width + " does not divide into " + heads + " heads");
        return heads;
    }

    /// With a bias of zeros, as PyTorch begins.
    private static Dense unbiased(Dense d) {
        Parameter bias = d.parameters().get("bias");
        bias.assign(Tensor.zerosLike(bias.value()));
        return d;
    }

    /// Without `in_proj_bias` and `out_proj.bias`.
    public MultiHeadAttention noBias() {
        return new MultiHeadAttention(in.noBias(), out.noBias(), options);
    }

    /// `apply` hides from each query what comes after it.
    public MultiHeadAttention causal() {
        return new MultiHeadAttention(in, out, new Options(true, options.dropout, options.rotary));
    }

    /// In training, weights are dropped with probability p in [0, 1). The scores are then held whole.
    public MultiHeadAttention dropout(double p) {
        Expect.that(p >= 0 && p < 1, NAME, "dropout must be in [0, 1)", p);
        return new MultiHeadAttention(in, out, new Options(options.causal, p, options.rotary));
    }

    /// Queries and keys are turned by their positions.
    public MultiHeadAttention rotary(Rotary rotary) {
        return new MultiHeadAttention(in, out, new Options(options.causal, options.dropout, rotary));
    }

    int width() {
        return in.width();
    }

    /// Self-attention.
    @Override
    public Tensor apply(Tensor x) {
        return attend(x, x, x, options.causal ? AttentionMask.CAUSAL : AttentionMask.NONE);
    }

    /// Self-attention with a mask.
    public Tensor attend(Tensor x, AttentionMask mask) {
        return attend(x, x, x, mask);
    }

    /// @throws ShapeException if shapes do not fit each other or the layer
    public Tensor attend(Tensor query, Tensor key, Tensor value, AttentionMask mask) {
        check(query, 0, "query");
        checkPair(key, value);
        sameBatch(query, "key", key.shape().dim(0));
        List<Tensor> heads = in.all(query, key, value);
        Tensor q = turned(heads.get(0), 0);
        Tensor k = turned(heads.get(1), 0);
        return join(mask.apply(q, k, heads.get(2), options.dropout));
    }

    /// Causal self-attention of the next elements of sequences: `x [b, t, width]` goes behind what the cache
    /// holds, and sees that and itself. Many steps give what one pass over everything gives.
    ///
    /// @throws dev.lamina.LaminaException if the cache has no room, or is of other sequences
    public KeyValueCache.Step step(Tensor x, KeyValueCache cache) {
        check(x, 0, "query");
        List<Tensor> heads = in.all(x, x, x);
        int at = cache.length();
        KeyValueCache now = cache.append(turned(heads.get(1), at), heads.get(2));
        Tensor y = AttentionMask.CAUSAL.apply(turned(heads.get(0), at), now.keys(), now.values(), options.dropout);
        return new KeyValueCache.Step(join(y), now);
    }

    /// Keys and values of a memory that many queries will read, made once.
    public KeyValueCache remember(Tensor key, Tensor value) {
        checkPair(key, value);
        List<Tensor> heads = in.keysAndValues(key, value);
        return KeyValueCache.empty(key.shape().dim(1)).append(turned(heads.get(0), 0), heads.get(1));
    }

    /// Attention to what `remember` gave.
    public Tensor read(Tensor query, KeyValueCache memory, AttentionMask mask) {
        check(query, 0, "query");
        sameBatch(query, "memory", memory.keys().shape().dim(0));
        return join(mask.apply(turned(in.queries(query), 0), memory.keys(), memory.values(), options.dropout));
    }

    private Tensor turned(Tensor heads, int at) {
        return options.rotary == null ? heads : options.rotary.apply(heads, at);
    }

    private Tensor join(Tensor y) {
        int b = y.shape().dim(0);
        int t = y.shape().dim(2);
        return Layer.call("out_proj", out, y.permute(0, 2, 1, 3).reshape(b, t, in.width()));
    }

    private void check(Tensor x, int part, String what) {
        boolean fits = x.shape().rank() == 3 && x.shape().dim(2) == in.in(part);
        if (!fits)
            throw new ShapeException(NAME + ": expected " + what + " [b, t, " + in.in(part) + "], got " + x.shape());
        Expect.type(NAME, x, in.first());
    }

    private void checkPair(Tensor key, Tensor value) {
        check(key, 1, "key");
        check(value, 2, "value");
        if (!key.shape().with(2, 0).equals(value.shape().with(2, 0)))
            throw new ShapeException(NAME + ": key " + key.shape() + " and value " + value.shape()
                    + " must have equal batch and length");
    }

    private static void sameBatch(Tensor query, String what, int batch) {
        if (query.shape().dim(0) != batch)
            throw new ShapeException(
                    NAME + ": query " + query.shape() + " has another batch than the " + what + ", " + batch);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return in.named();
    }

    @Override
    public SequencedMap<String, Layer> children() {
        return new LinkedHashMap<>(Map.of("out_proj", out));
    }
}
