package dev.lamina.nn;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A language model of causal blocks: `tokens i32 [b, t] -> logits [b, t, vocabulary]` of the token after each one.
/// Embedding and positions, blocks that normalise first with gelu, a normalisation, and the embedding again as the
/// output. Radford et al., "Language models are unsupervised multitask learners" (2019), made small.
///
/// Methods that change an option return a model with the same parameters.
public final class CausalTransformer implements Layer {
    private static final double DEVIATION = 0.02;

    /// What a step gives.
    ///
    /// @param caches to go on with
    public record Step(Tensor logits, List<KeyValueCache> caches) {}

    private final Embedding tokens;
    private final LearnedPositions positions;
    private final int context;
    private final double dropout;
    private final TransformerEncoder blocks;

    /// @param context most tokens of a sequence
    public CausalTransformer(int vocabulary, int context, int width, int heads, int layers) {
        this(
                new Embedding(vocabulary, width).init(Initializer.normal(0, DEVIATION)),
                new LearnedPositions(context, width),
                context,
                0,
                TransformerEncoder.of(
                                layers,
                                () -> new TransformerEncoderLayer(width, heads, 4 * width)
                                        .causal()
                                        .normFirst()
                                        .activation(Activations.gelu()))
                        .norm(new LayerNorm(width)));
    }

    private CausalTransformer(
            Embedding tokens, LearnedPositions positions, int context, double dropout, TransformerEncoder blocks) {
        this.tokens = tokens;
        this.positions = positions;
        this.context = context;
        this.dropout = dropout;
        this.blocks = blocks;
    }

    /// Of the embedding and in all blocks, p in [0, 1).
    public CausalTransformer dropout(double p) {
        var dropping = blocks.layers().stream().map(l -> l.dropout(p)).toList();
        return new CausalTransformer(tokens, positions, context, p, new TransformerEncoder(dropping, blocks.norm()));
    }

    /// Most tokens of a sequence.
    public int context() {
        return context;
    }

    @Override
    public Tensor apply(Tensor x) {
        return tokens.logits(Layer.call("blocks", blocks, embed(x, 0)));
    }

    /// Empty caches for one sequence of every element of a batch.
    public List<KeyValueCache> caches() {
        return blocks.caches(context);
    }

    /// The logits after the next tokens `i32 [b, t]` of sequences whose earlier ones the caches hold: many steps
    /// give what `apply` gives for all of them.
    public Step step(Tensor x, List<KeyValueCache> caches) {
        int at = caches.isEmpty() ? 0 : caches.getFirst().length();
        var step = blocks.step(embed(x, at), caches);
        return new Step(tokens.logits(step.output()), step.caches());
    }

    private Tensor embed(Tensor x, int from) {
        int to = x.shape().rank() == 2 ? from + x.shape().dim(1) : 0;
        if (x.shape().rank() != 2 || to > context)
            throw new ShapeException("causal_transformer: expected tokens [b, t] with t up to " + (context - from)
                    + " after " + from + ", got " + x.shape());
        Tensor e = Layer.call("tokens", tokens, x);
        Tensor placed = Layer.call("positions", positions, e, () -> positions.apply(e, from));
        return new Dropout(dropout).apply(placed);
    }

    @Override
    public SequencedMap<String, Layer> children() {
        var names = new LinkedHashMap<String, Layer>();
        names.put("tokens", tokens);
        names.put("positions", positions);
        names.put("blocks", blocks);
        return names;
    }
}
