package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.prepared;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Transformer layers against their definitions, positions, and steps against whole passes.
class TransformerTest {
    private static final Tensor X = pattern(0.5, 2, 3, 4);
    private static final Tensor MEMORY = pattern(0.6, 2, 5, 4);

    private static void same(Tensor expected, Tensor got) {
        assertEquals(expected.shape(), got.shape());
        assertArrayEquals(expected.toDoubles(), got.toDoubles(), 1e-12);
    }

    private static Tensor norm(Layer l, String name, Tensor x) {
        return x.normalize(1e-5, 2)
                .mul(l.parameters().get(name + ".weight").value())
                .add(l.parameters().get(name + ".bias").value());
    }

    private static Tensor dense(Layer l, Tensor x) {
        var p = l.parameters();
        Tensor hidden = x.matmul(p.get("linear1.weight").value(), false, true)
                .add(p.get("linear1.bias").value())
                .relu();
        return hidden.matmul(p.get("linear2.weight").value(), false, true)
                .add(p.get("linear2.bias").value());
    }

    private static MultiHeadAttention part(Layer l, String name) {
        return (MultiHeadAttention) l.children().get(name);
    }

    @Test
    void encoderLayersAreTheDefinition() {
        var post = prepared(() -> new TransformerEncoderLayer(4, 2, 6));
        var pre = post.normFirst();
        var own = part(post, "self_attn");
        Tensor a = norm(post, "norm1", X.add(own.apply(X)));
        same(norm(post, "norm2", a.add(dense(post, a))), here(() -> post.apply(X)));
        Tensor b = X.add(own.apply(norm(post, "norm1", X)));
        same(b.add(dense(post, norm(post, "norm2", b))), here(() -> pre.apply(X)));
        Slopes.check(post, post::apply, X);
        Slopes.check(pre, pre.causal()::apply, X);
        same(here(() -> pre.causal().apply(X)), here(() -> pre.apply(X, AttentionMask.CAUSAL)));
        assertEquals(
                List.of(
                        "self_attn.in_proj_weight",
                        "self_attn.in_proj_bias",
                        "self_attn.out_proj.weight",
                        "self_attn.out_proj.bias",
                        "linear1.weight",
                        "linear1.bias",
                        "linear2.weight",
                        "linear2.bias",
                        "norm1.weight",
                        "norm1.bias",
                        "norm2.weight",
                        "norm2.bias"),
                List.copyOf(post.parameters().keySet()));
    }

    @Test
    void decoderLayersAreTheDefinition() {
        var post = prepared(() -> new TransformerDecoderLayer(4, 2, 6));
        var own = part(post, "self_attn").causal();
        var cross = part(post, "multihead_attn");
        Tensor a = norm(post, "norm1", X.add(own.apply(X)));
        Tensor b = norm(post, "norm2", a.add(cross.attend(a, MEMORY, MEMORY, AttentionMask.NONE)));
        same(norm(post, "norm3", b.add(dense(post, b))), here(() -> post.decode(X, MEMORY)));
        var pre = post.normFirst();
        Tensor c = X.add(own.apply(norm(post, "norm1", X)));
        Tensor d = c.add(cross.attend(norm(post, "norm2", c), MEMORY, MEMORY, AttentionMask.NONE));
        same(d.add(dense(post, norm(post, "norm3", d))), here(() -> pre.decode(X, MEMORY)));
        Slopes.check(post, x -> post.decode(x, MEMORY), X);
        Slopes.check(pre, memory -> pre.decode(X, memory), MEMORY);
    }

    @Test
    void decoderStepsGiveWhatOnePassGives() {
        var decoder = prepared(() -> TransformerDecoder.of(2, () -> new TransformerDecoderLayer(4, 2, 6).normFirst())
                .norm(new LayerNorm(4)));
        var lengths = AttentionMask.NONE.lengths(ints(s(2), 2, 5));
        Tensor whole = here(() -> decoder.decode(X, MEMORY, AttentionMask.CAUSAL, lengths));
        var states = here(() -> decoder.start(MEMORY, 3));
        var outputs = new ArrayList<Tensor>();
        for (int i = 0; i < 3; i++) {
            int at = i;
            var before = states;
            var step = here(() -> decoder.step(X.slice(1, at, at + 1), before, lengths));
            outputs.add(step.output());
            states = step.states();
        }
        same(whole, Tensor.concat(1, outputs));
    }

    @Test
    void encoderStepsGiveWhatOnePassGives() {
        var encoder = prepared(() -> TransformerEncoder.of(
                        2, () -> new TransformerEncoderLayer(4, 2, 6).causal().rotary(new Rotary(100, true)))
                .norm(new RmsNorm(4)));
        Tensor whole = here(() -> encoder.apply(X));
        var first = here(() -> encoder.step(X.slice(1, 0, 2), encoder.caches(3)));
        var second = here(() -> encoder.step(X.slice(1, 2, 3), first.caches()));
        same(whole, Tensor.concat(1, List.of(first.output(), second.output())));
        same(whole, here(() -> encoder.apply(X, AttentionMask.CAUSAL)));
        assertEquals(
                "layers.0.self_attn.in_proj_weight",
                encoder.parameters().firstEntry().getKey());
        assertEquals("norm.weight", encoder.parameters().lastEntry().getKey());
    }

    @Test
    void sinesAreThoseOfThePaper() {
        Tensor zeros = Known.DEVICE.with(() -> Tensor.full(0, DType.F64, 1, 7, 6));
        double[] y = new SinusoidalPositions(6).apply(zeros, 2).toDoubles();
        for (int t = 0; t < 7; t++)
            for (int i = 0; i < 3; i++) {
                double angle = (t + 2) / Math.pow(10000, 2 * i / 6.0);
                assertEquals(Math.sin(angle), y[t * 6 + 2 * i], 1e-12);
                assertEquals(Math.cos(angle), y[t * 6 + 2 * i + 1], 1e-12);
            }
    }

    @Test
    void rotationsTurnPairs() {
        Tensor x = pattern(0.3, 2, 3, 6);
        double[] v = x.toDoubles();
        for (boolean halves : new boolean[] {false, true}) {
            double[] y = new Rotary(50, halves).apply(x, 4).toDoubles();
            for (int row = 0; row < 6; row++)
                for (int i = 0; i < 3; i++) {
                    double angle = (row % 3 + 4) * Math.pow(50, -i / 3.0);
                    int a = row * 6 + (halves ? i : 2 * i);
                    int b = halves ? a + 3 : a + 1;
                    assertEquals(v[a] * Math.cos(angle) - v[b] * Math.sin(angle), y[a], 1e-12);
                    assertEquals(v[a] * Math.sin(angle) + v[b] * Math.cos(angle), y[b], 1e-12);
                }
        }
        Slopes.check(new Rotary(), new Rotary()::apply, x);
    }

    @Test
    void rootMeanSquares() {
        var l = prepared(() -> new RmsNorm(4).eps(1e-3));
        double[] v = X.toDoubles();
        double[] w = l.parameters().get("weight").value().toDoubles();
        double[] y = l.apply(X).toDoubles();
        for (int i = 0; i < y.length; i++) {
            double sum = 0;
            for (int j = i / 4 * 4; j < i / 4 * 4 + 4; j++) sum += v[j] * v[j];
            assertEquals(v[i] / Math.sqrt(sum / 4 + 1e-3) * w[i % 4], y[i], 1e-12);
        }
        Slopes.check(l, l::apply, X);
    }

    private static CausalTransformer small() {
        return new CausalTransformer(7, 6, 8, 2, 2);
    }

    @Test
    void aLanguageModelDecodesInSteps() {
        var model = prepared(TransformerTest::small);
        Tensor tokens = ints(s(2, 5), 1, 2, 3, 0, 6, 4, 4, 5, 1, 0);
        Tensor whole = here(() -> model.apply(tokens));
        assertEquals(Shape.of(2, 5, 7), whole.shape());
        var caches = model.caches();
        var outputs = new ArrayList<Tensor>();
        for (int i = 0; i < 5; i++) {
            var step = model.step(tokens.slice(1, i, i + 1), caches);
            outputs.add(step.logits());
            caches = step.caches();
        }
        same(whole, Tensor.concat(1, outputs));
        // One weight is embedding and output.
        assertEquals(
                model.trainable().size(),
                model.parameters().values().stream().distinct().count());
    }

    @Test
    void aLanguageModelLearns() {
        var model = here(TransformerTest::small);
        Tensor x = ints(s(2, 5), 1, 2, 3, 0, 6, 4, 4, 5, 1, 0);
        Tensor y = ints(s(10), 2, 3, 0, 6, 1, 4, 5, 1, 0, 2);
        var losses = new ArrayList<Float>();
        for (int i = 0; i < 30; i++) {
            var g = here(() ->
                    Tape.gradients(() -> Losses.crossEntropy(model.apply(x).reshape(10, 7), y), model.trainable()));
            for (Parameter p : model.trainable()) p.assign(p.value().sub(g.of(p).mul(0.5)));
            losses.add(g.loss().item());
        }
        assertTrue(losses.getLast() < 0.3 * losses.getFirst(), losses::toString);
    }

    private static void rejects(String message, Supplier<?> body) {
        assertEquals(
                message, assertThrows(LaminaException.class, () -> here(body)).getMessage());
    }

    @Test
    void wrongInputs() {
        var encoder = prepared(() -> TransformerEncoder.of(2, () -> new TransformerEncoderLayer(4, 2, 6)));
        rejects(
                "multi_head_attention: expected query [b, t, 4], got [2, 3, 6] (in layers.0.self_attn)",
                () -> encoder.apply(pattern(0, 2, 3, 6)));
        rejects(
                "attention: the padding mask must be [b, tk] = [2, 3], got [2, 2] (in layers.0.self_attn)",
                () -> encoder.apply(X, AttentionMask.NONE.padding(ints(s(2, 2), 0, 0, 0, 0))));
        rejects(
                "transformer_encoder: 2 layers need as many caches, got 1; make them with caches(capacity)",
                () -> encoder.step(X, List.of(KeyValueCache.empty(3))));
        rejects(
                "transformer_decoder_layer: takes two inputs; use decode(x, memory)",
                () -> new TransformerDecoderLayer(4, 2, 6).apply(X));
        rejects("multi_head_attention: query [2, 3, 4] has another batch than the key, 1 (in multihead_attn)", () -> {
            var l = new TransformerDecoderLayer(4, 2, 6);
            l.to(DType.F64);
            return l.decode(X, MEMORY.slice(0, 0, 1));
        });
        rejects("learned_positions: [2, 3, 4] from position 4 on needs 7 positions, and there are 6", () -> {
            var l = new LearnedPositions(6, 4);
            l.to(DType.F64);
            return l.apply(X, 4);
        });
        rejects("rotary: d must be even, got [2, 3, 5]", () -> new Rotary().apply(pattern(0, 2, 3, 5)));
        rejects("sinusoidal_positions: dim must be even, got 5", () -> new SinusoidalPositions(5));
        rejects("rms_norm: expected [..., 5], got [2, 3, 4]", () -> new RmsNorm(5).apply(X));
        rejects("embedding logits: expected [..., 4], got [2, 3]", () -> new Embedding(5, 4).logits(pattern(0, 2, 3)));
        rejects(
                "causal_transformer: expected tokens [b, t] with t up to 6 after 0, got [1, 7]",
                () -> small().apply(ints(s(1, 7), new int[7])));
    }
}
