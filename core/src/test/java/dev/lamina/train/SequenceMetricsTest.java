package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import dev.lamina.text.CharTokenizer;
import dev.lamina.train.Bleu.Smoothing;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceMetricsTest {
    private static final Device DEVICE = Reference.device();

    /// Words as numbers.
    private static int[] words(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(String::hashCode).toArray();
    }

    private static Bleu bleu(Bleu b, String predicted, String... references) {
        b.reset();
        b.add(
                words(predicted),
                Arrays.stream(references).map(SequenceMetricsTest::words).toList());
        return b;
    }

    @Test
    void perplexityIsThatOfATokenHoweverItWasBatched() {
        DEVICE.with(() -> {
            var p = Perplexity.ignoring(9);
            // Scores that give the labels 1/2 and 1/4 in one batch, and 1/8 in another; the rest is padding.
            p.add(scores(0.5, 0.25, 0.1), Tensor.of(new int[] {0, 0, 9}, 1, 3));
            p.add(scores(0.125), Tensor.of(new int[] {0}, 1, 1));
            assertEquals(4, p.value(), 1e-5, "the geometric mean of 2, 4 and 8");
            assertEquals(Math.log(4), p.nats(), 1e-6);
            p.reset();
            assertTrue(Double.isNaN(p.value()));
            var all = new Perplexity();
            all.add(Tensor.zeros(2, 3, 7), Tensor.of(new int[6], 2, 3));
            assertEquals(7, all.value(), 1e-4, "one guess of seven");
        });
    }

    /// [1, t, 2], where class 0 has these probabilities.
    private static Tensor scores(double... p) {
        var out = new float[2 * p.length];
        for (int i = 0; i < p.length; i++) {
            out[2 * i] = (float) Math.log(p[i]);
            out[2 * i + 1] = (float) Math.log(1 - p[i]);
        }
        return Tensor.of(out, 1, p.length, 2);
    }

    @Test
    void bleuByHand() {
        // Papineni's example: "the" is 7 times there, in a reference at most twice.
        var clipped =
                bleu(new Bleu(), "the the the the the the the", "the cat is on the mat", "there is a cat on the mat");
        assertEquals(2 / 7.0, clipped.precision(1), 1e-12);
        assertEquals(0, clipped.value());
        // 5 of 6 words, 3 of 5 pairs (the cat, on the, the mat), 1 of 4 triples (on the mat), 0 of 3.
        var b = bleu(new Bleu(), "the cat sat on the mat", "the cat is on the mat");
        assertEquals(5 / 6.0, b.precision(1), 1e-12);
        assertEquals(3 / 5.0, b.precision(2), 1e-12);
        assertEquals(1 / 4.0, b.precision(3), 1e-12);
        assertEquals(0, b.precision(4));
        assertEquals(0, b.value());
        assertEquals(
                Math.sqrt(5 / 6.0 * 3 / 5.0),
                bleu(b.orders(2), "the cat sat on the mat", "the cat is on the mat")
                        .value(),
                1e-12);
        assertEquals(1, bleu(new Bleu(), "a b c d e", "a b c d e").value(), 1e-12);
        assertTrue(Double.isNaN(new Bleu().value()));
        assertEquals(0, bleu(new Bleu(), "a b c", "a b c").value(), "there is no sequence of four");
    }

    @Test
    void bleuSmoothed() {
        String p = "the cat sat on the mat";
        String r = "the cat is on the mat";
        double one = 5 / 6.0 * (4 / 6.0) * (2 / 5.0) * (1 / 4.0);
        assertEquals(
                Math.pow(one, 0.25),
                bleu(new Bleu().smoothing(Smoothing.ADD_ONE), p, r).value(),
                1e-12);
        double halving = 5 / 6.0 * (3 / 5.0) * (1 / 4.0) * (0.5 / 3);
        assertEquals(
                Math.pow(halving, 0.25),
                bleu(new Bleu().smoothing(Smoothing.HALVING), p, r).value(),
                1e-12);
    }

    @Test
    void bleuOfACorpusIsNotAMeanOfSentences() {
        var b = new Bleu().orders(1);
        b.add(words("a b c"), List.of(words("a b c d e"))); // 3 of 3
        b.add(words("x y"), List.of(words("x z"))); // 1 of 2
        assertEquals(4 / 5.0, b.precision(1), 1e-12);
        assertEquals(Math.exp(1 - 7 / 5.0), b.brevityPenalty(), 1e-12);
        assertEquals(0.8 * Math.exp(-0.4), b.value(), 1e-12);
        b.reset();
        // Of lengths 2 and 4 both are as close to 3: the shorter counts, and there is no penalty.
        b.add(words("a b c"), List.of(words("a b c d"), words("a b")));
        assertEquals(1, b.brevityPenalty());
    }

    @Test
    void exactMatchAndErrorsOfBatches() {
        int pad = 0;
        int end = 1;
        DEVICE.with(() -> {
            Tensor predicted = Tensor.of(new int[] {5, 6, 1, 7, 5, 6, 7, 1, 8, 9, 9, 9}, 3, 4);
            Tensor target = Tensor.of(new int[] {5, 6, 1, 5, 6, 1, 8, 9, 1}, 3, 3);
            var match = new ExactMatch().padding(pad).end(end);
            match.add(predicted, target);
            assertEquals(1 / 3.0, match.value(), 1e-12, "what is past the end does not count");
            var errors = new ErrorRate().padding(pad).end(end);
            errors.add(predicted, target);
            assertEquals((0 + 1 + 2) / 6.0, errors.value(), 1e-12);
            var b = new Bleu().orders(1).padding(pad).end(end);
            b.add(predicted, target);
            assertEquals(6 / 9.0, b.value(), 1e-12);
            var best = new ExactMatch();
            best.add(Tensor.of(new int[] {0, 2, 1}, 1, 3).oneHot(3), Tensor.of(new int[] {0, 2, 1}, 1, 3));
            assertEquals(1, best.value(), "of scores the best token");
            assertEquals(
                    "exact_match: expected tokens i32 [n, t], got f32 [2, 3]",
                    assertThrows(DataException.class, () -> best.add(Tensor.ones(2, 3), Tensor.ones(2, 3)))
                            .getMessage());
            assertEquals(
                    "error_rate: predictions [3, 4] are of 3 sequences, targets [1, 3] of 1",
                    assertThrows(DataException.class, () -> errors.add(predicted, target.slice(0, 0, 1)))
                            .getMessage());
        });
    }

    private static int edits(String a, String b) {
        return ErrorRate.edits(a.chars().toArray(), b.chars().toArray());
    }

    @Test
    void editsByHand() {
        assertEquals(3, edits("kitten", "sitting"));
        assertEquals(2, edits("flaw", "lawn"));
        assertEquals(0, edits("", ""));
        assertEquals(4, edits("", "four"));
        assertEquals(4, edits("four", ""));
        assertEquals(edits("intention", "execution"), edits("execution", "intention"));
        assertEquals(5, edits("intention", "execution"));
        var rate = new ErrorRate();
        rate.add("sitting", "kitten");
        rate.add("\ud83d\ude00b", "\ud83d\ude00c");
        assertEquals(4 / 8.0, rate.value(), 1e-12, "characters, not halves of them");
        var t = CharTokenizer.train("abc");
        rate.reset();
        rate.add(t.encode("abc"), t.encode("acb"));
        assertEquals(2 / 3.0, rate.value(), 1e-12);
    }
}
