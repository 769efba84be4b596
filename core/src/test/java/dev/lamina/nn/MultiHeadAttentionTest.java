package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.prepared;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.DType;
import dev.lamina.LaminaException;
import dev.lamina.Mode;
import dev.lamina.Rng;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Multi-head attention against a definition written out head by head.
class MultiHeadAttentionTest {
    private static final Tensor X = pattern(0.5, 2, 5, 6);
    private static final Tensor KEY = pattern(0.6, 2, 4, 3);
    private static final Tensor VALUE = pattern(0.7, 2, 4, 5);

    private static Tensor rows(Tensor x, Tensor weight, Tensor bias, int from, int to) {
        return x.matmul(weight.slice(0, from, to).transpose(0, 1)).add(bias.slice(0, from, to));
    }

    /// @param hidden added to the scores of a head, `[b, tq, tk]` or what broadcasts to it
    private static Tensor written(Layer l, int heads, Tensor q, Tensor k, Tensor v, Tensor hidden) {
        var p = l.parameters();
        int width = q.shape().dim(2);
        int size = width / heads;
        Tensor bias = p.get("in_proj_bias").value();
        var parts = new ArrayList<Tensor>();
        for (int i = 0; i < 3; i++)
            parts.add(
                    p.containsKey("in_proj_weight")
                            ? p.get("in_proj_weight").value().slice(0, i * width, (i + 1) * width)
                            : p.get(List.of("q_proj_weight", "k_proj_weight", "v_proj_weight")
                                            .get(i))
                                    .value());
        var joined = new ArrayList<Tensor>();
        for (int h = 0; h < heads; h++) {
            int from = h * size;
            Tensor qh = rows(q, parts.get(0), bias.slice(0, 0, width), from, from + size);
            Tensor kh = rows(k, parts.get(1), bias.slice(0, width, 2 * width), from, from + size);
            Tensor vh = rows(v, parts.get(2), bias.slice(0, 2 * width, 3 * width), from, from + size);
            Tensor scores = qh.matmul(kh.transpose(1, 2)).div(Math.sqrt(size));
            if (hidden != null) scores = scores.add(hidden);
            joined.add(scores.softmax(-1).matmul(vh));
        }
        Tensor y = Tensor.concat(2, joined);
        return y.matmul(p.get("out_proj.weight").value().transpose(0, 1))
                .add(p.get("out_proj.bias").value());
    }

    private static void same(Layer l, Supplier<Tensor> expected, Supplier<Tensor> got, Tensor... inputs) {
        assertArrayEquals(here(expected).toDoubles(), here(got).toDoubles(), 1e-12);
        var of = new ArrayList<>(List.of(inputs));
        l.trainable().forEach(p -> of.add(p.value()));
        var e = here(() -> Tape.gradients(() -> Slopes.loss(expected.get()), of));
        var g = here(() -> Tape.gradients(() -> Slopes.loss(got.get()), of));
        for (int i = 0; i < of.size(); i++)
            assertArrayEquals(e.all().get(i).toDoubles(), g.all().get(i).toDoubles(), 1e-11, "gradient " + i);
    }

    /// 0 up to the diagonal and minus infinity beyond.
    private static Tensor future(int t) {
        var bias = new double[t * t];
        for (int i = 0; i < t; i++) for (int j = i + 1; j < t; j++) bias[i * t + j] = Double.NEGATIVE_INFINITY;
        return Known.DEVICE.with(() -> Tensor.of(bias, t, t));
    }

    @Test
    void isTheDefinition() {
        var l = prepared(() -> new MultiHeadAttention(6, 3));
        same(l, () -> written(l, 3, X, X, X, null), () -> l.apply(X), X);
        same(l, () -> written(l, 3, X, X, X, future(5)), () -> l.causal().apply(X), X);
        Slopes.check(l, l.causal()::apply, X);
        assertEquals(
                List.of("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"),
                List.copyOf(l.parameters().keySet()));
    }

    @Test
    void crossAttentionTakesOtherWidths() {
        var l = prepared(() -> new MultiHeadAttention(6, 2, 3, 5));
        same(
                l,
                () -> written(l, 2, X, KEY, VALUE, null),
                () -> l.attend(X, KEY, VALUE, AttentionMask.NONE),
                X,
                KEY,
                VALUE);
        assertEquals(
                List.of(
                        "q_proj_weight",
                        "k_proj_weight",
                        "v_proj_weight",
                        "in_proj_bias",
                        "out_proj.weight",
                        "out_proj.bias"),
                List.copyOf(l.parameters().keySet()));
        var one = prepared(() -> new MultiHeadAttention(6, 2));
        Tensor memory = pattern(0.8, 2, 3, 6);
        same(
                one,
                () -> written(one, 2, X, memory, memory, null),
                () -> one.attend(X, memory, memory, AttentionMask.NONE),
                X,
                memory);
        Tensor read = here(() -> one.read(X, one.remember(memory, memory), AttentionMask.NONE));
        assertArrayEquals(
                here(() -> one.attend(X, memory, memory, AttentionMask.NONE)).toDoubles(), read.toDoubles(), 1e-14);
    }

    /// Padding is as if it were not there, whatever lies in it.
    @Test
    void paddingEqualsTheShorterSequenceAlone() {
        var l = prepared(() -> new MultiHeadAttention(6, 3));
        Tensor lengths = ints(s(2), 3, 5);
        Tensor padding = ints(s(2, 5), 0, 0, 0, 1, 1, 0, 0, 0, 0, 0);
        Tensor alone = here(() -> l.apply(X.slice(0, 0, 1).slice(1, 0, 3)));
        Tensor second = here(() -> l.apply(X.slice(0, 1, 2)));
        for (var mask : List.of(
                AttentionMask.NONE.lengths(lengths),
                AttentionMask.NONE.padding(padding),
                AttentionMask.NONE.padding(padding.cast(DType.U8)))) {
            Tensor y = here(() -> l.attend(X, mask));
            assertArrayEquals(alone.toDoubles(), y.slice(0, 0, 1).slice(1, 0, 3).toDoubles(), 1e-13);
            assertArrayEquals(second.toDoubles(), y.slice(0, 1, 2).toDoubles(), 1e-13);
        }
        Tensor nan =
                ints(s(2, 5, 1), 0, 0, 0, 1, 1, 0, 0, 0, 0, 0).cast(DType.F64).where(X.mul(Double.NaN), X);
        Tensor y = here(() -> l.attend(X, nan, nan, AttentionMask.NONE.lengths(lengths)));
        assertArrayEquals(
                here(() -> l.attend(X, AttentionMask.NONE.lengths(lengths))).toDoubles(), y.toDoubles(), 1e-13);
    }

    @Test
    void stepsGiveWhatOnePassGives() {
        var l = prepared(() -> new MultiHeadAttention(6, 3).rotary(new Rotary()));
        double[] whole = here(() -> l.causal().apply(X)).toDoubles();
        var cache = KeyValueCache.empty(5);
        var outputs = new ArrayList<Tensor>();
        for (int[] cut : new int[][] {{0, 1}, {1, 2}, {2, 4}, {4, 5}}) {
            var before = cache;
            var step = here(() -> l.step(X.slice(1, cut[0], cut[1]), before));
            outputs.add(step.output());
            cache = step.cache();
        }
        assertEquals(5, cache.length());
        assertArrayEquals(whole, Tensor.concat(1, outputs).toDoubles(), 1e-13);
        var full = cache;
        rejects(
                "key_value_cache: 1 more after 5 are over its capacity of 5; make it larger, or begin a new one",
                () -> l.step(X.slice(1, 0, 1), full));
        var more = new KeyValueCache(9, full.keys(), full.values());
        rejects(
                "key_value_cache: holds [2, 3, 5, 2] and cannot take [1, 3, 1, 2]: batch, heads and size must be equal",
                () -> l.step(X.slice(0, 0, 1).slice(1, 0, 1), more));
    }

    @Test
    void droppedWeightsAreDrawnAgainAndScaled() {
        var l = prepared(() -> new MultiHeadAttention(6, 3).causal().dropout(0.5));
        Supplier<double[]> train = () -> Mode.train(() -> l.apply(X)).toDoubles();
        double[] first = here(train);
        assertArrayEquals(first, here(train));
        assertNotEquals(first[20], here(() -> new Rng(8).with(train))[20]);
        assertArrayEquals(
                here(() -> l.dropout(0).apply(X)).toDoubles(),
                here(() -> l.apply(X)).toDoubles());
        // The mean over many draws is the value without dropping.
        double[] sum = new double[first.length];
        int draws = 2000;
        here(() -> {
            for (int i = 0; i < draws; i++) {
                double[] y = train.get();
                for (int e = 0; e < y.length; e++) sum[e] += y[e] / draws;
            }
            return null;
        });
        assertArrayEquals(here(() -> l.apply(X)).toDoubles(), sum, 0.25);
    }

    private static void rejects(String message, Supplier<?> body) {
        assertEquals(
                message, assertThrows(LaminaException.class, () -> here(body)).getMessage());
    }

    @Test
    void wrongInputs() {
        var l = prepared(() -> new MultiHeadAttention(6, 3));
        rejects(
                "multi_head_attention: a width of 10 does not divide into 4 heads",
                () -> new MultiHeadAttention(10, 4));
        rejects("multi_head_attention: expected query [b, t, 6], got [2, 4, 3]", () -> l.apply(KEY));
        rejects(
                "multi_head_attention: expected key [b, t, 6], got [2, 4, 3]",
                () -> l.attend(X, KEY, KEY, AttentionMask.NONE));
        rejects(
                "multi_head_attention: key [2, 5, 6] and value [2, 4, 6] must have equal batch and length",
                () -> l.attend(X, X, X.slice(1, 0, 4), AttentionMask.NONE));
        rejects(
                "multi_head_attention: query [1, 5, 6] has another batch than the key, 2",
                () -> l.attend(X.slice(0, 0, 1), X, X, AttentionMask.NONE));
        rejects(
                "attention: the padding mask must be [b, tk] = [2, 5], got [2, 4]",
                () -> l.attend(X, AttentionMask.NONE.padding(ints(s(2, 4), new int[8]))));
        rejects(
                "attention: lengths must be [2], got [1]",
                () -> l.attend(X, AttentionMask.NONE.lengths(ints(s(1), 2))));
        rejects(
                "attention: length 6 at position 1 is outside 0..5",
                () -> l.attend(X, AttentionMask.NONE.lengths(ints(s(2), 2, 6))));
    }
}
