package dev.lamina.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.Rng;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import dev.lamina.text.BeamSearch.Hypothesis;
import dev.lamina.text.DecoderState.None;
import dev.lamina.text.DecoderState.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Searches over models so small that all sequences can be tried.
class SearchTest {
    private static final Device DEVICE = Reference.device();
    private static final double[] LOGP = {Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)};

    /// A chain: the next token depends on the last alone. `p[last][next]`.
    private static DecoderStep<None> chain(double[][] p) {
        int c = p[0].length;
        var logp = new float[p.length * c];
        for (int i = 0; i < logp.length; i++) logp[i] = (float) Math.log(p[i / c][i % c]) + i / c; // up to a constant
        return (state, tokens) ->
                new DecoderStep.Next<>(Tensor.of(logp, p.length, c).gather(0, tokens), state);
    }

    /// A model whose state is the sum of all tokens so far, so that a state that went astray is noticed: the
    /// scores are a fixed random function of it.
    private static DecoderStep<Rows> counter(int classes, long seed) {
        var rng = new Rng(seed);
        var table = new float[64 * classes];
        for (int i = 0; i < table.length; i++) table[i] = 2 * (float) rng.nextGaussian();
        return (state, tokens) -> {
            Tensor sum = state.tensors().getFirst().mul(3).add(tokens).add(1);
            Tensor row =
                    sum.sub(sum.cast(DType.F32).div(64).floor().cast(DType.I32).mul(64));
            return new DecoderStep.Next<>(Tensor.of(table, 64, classes).gather(0, row), new Rows(0, row));
        };
    }

    private static Rows zeros(int n) {
        return new Rows(0, Tensor.of(new int[n]));
    }

    private static double logp(DecoderStep<Rows> step, int first, List<Integer> tokens) {
        Rows state = zeros(1);
        int last = first;
        double sum = 0;
        for (int t : tokens) {
            var s = Scores.of("test", step, copy(state), new int[] {last});
            sum += s.logProbabilities(0)[t];
            state = s.state();
            last = t;
        }
        return sum;
    }

    private static Supplier<Rows> copy(Rows r) {
        return () -> r;
    }

    /// All sequences up to a length, with the end or without it at the limit.
    private static List<Hypothesis> all(DecoderStep<Rows> step, int first, int classes, int limit, int end, double a) {
        var out = new ArrayList<Hypothesis>();
        var open = new ArrayList<List<Integer>>(List.of(List.of()));
        for (int length = 1; length <= limit; length++) {
            var next = new ArrayList<List<Integer>>();
            for (var tokens : open)
                for (int c = 0; c < classes; c++) {
                    var longer = new ArrayList<>(tokens);
                    longer.add(c);
                    double p = logp(step, first, longer);
                    double score = p / Math.pow((5.0 + length) / 6, a);
                    if (c == end) out.add(new Hypothesis(tokens, true, p, score));
                    else if (length == limit) out.add(new Hypothesis(longer, false, p, score));
                    else next.add(longer);
                }
            open = next;
        }
        out.sort(Comparator.comparingDouble((Hypothesis h) -> -h.score()));
        return out;
    }

    private static void same(List<Hypothesis> expected, List<Hypothesis> got) {
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) {
            assertEquals(expected.get(i).tokens(), got.get(i).tokens());
            assertEquals(expected.get(i).ended(), got.get(i).ended());
            assertEquals(expected.get(i).logProbability(), got.get(i).logProbability(), 1e-5);
            assertEquals(expected.get(i).score(), got.get(i).score(), 1e-5);
        }
    }

    @Test
    void aBeamThatKeepsAllIsExactForSeveralSearchesAtOnce() {
        DEVICE.with(() -> {
            var step = counter(3, 1);
            for (double alpha : new double[] {0, 0.6, 2}) {
                var found = new BeamSearch(100, 4).end(2).lengthPenalty(alpha).search(step, zeros(3), 0, 1, 2);
                for (int first = 0; first < 3; first++) {
                    var expected = all(step, first, 3, 4, 2, alpha);
                    assertEquals(31, expected.size());
                    same(expected, found.get(first));
                }
            }
        });
    }

    @Test
    void narrowBeamsFindTheLikelySequencesInTheirStates() {
        DEVICE.with(() -> {
            var step = counter(4, 2);
            var found = new BeamSearch(30, 5).end(3).search(step, zeros(2), 0, 1);
            for (int first = 0; first < 2; first++) {
                var best = found.get(first).getFirst();
                same(all(step, first, 4, 5, 3, 0).subList(0, 1), List.of(best));
                for (Hypothesis h : found.get(first)) {
                    var tokens = new ArrayList<>(h.tokens());
                    if (h.ended()) tokens.add(3);
                    assertEquals(logp(step, first, tokens), h.logProbability(), 1e-5, "its state is its own");
                }
            }
        });
    }

    @Test
    void aBeamSeesWhatGreedDoesNot() {
        // 0 leads to 1 with 0.6, which goes on at 0.5 at best; 2 with 0.4 goes on at 1.
        double[][] p = {{0, 0.6, 0.4, 0}, {0, 0.25, 0.25, 0.5}, {0, 0, 0, 1}, {0, 0, 0, 1}};
        DEVICE.with(() -> {
            var greedy = new BeamSearch(1, 2).search(chain(p), new None(), 0).getFirst();
            assertEquals(List.of(1, 3), greedy.getFirst().tokens());
            assertEquals(Math.log(0.3), greedy.getFirst().logProbability(), 1e-6);
            var beam = new BeamSearch(2, 2).search(chain(p), new None(), 0).getFirst();
            assertEquals(List.of(2, 3), beam.getFirst().tokens());
            assertEquals(Math.log(0.4), beam.getFirst().logProbability(), 1e-6);
            assertEquals(List.of(1, 3), beam.get(1).tokens());
            assertArrayEquals(
                    new int[] {1, 3},
                    new Sampler(Sampling.greedy(), 2).write(chain(p), new None(), new int[] {0}, new Rng(1)));
        });
    }

    @Test
    void theLengthPenaltyFavoursTheLong() {
        // Token 1 ends. Ending at once has 0.4, going on three times first 0.6 * 0.8 * 0.8 * 0.8 = 0.31.
        double[][] p = {
            {0, 0.4, 0.6, 0, 0}, {1, 0, 0, 0, 0}, {0, 0.2, 0, 0.8, 0}, {0, 0.2, 0, 0, 0.8}, {0, 0.8, 0.2, 0, 0}
        };
        DEVICE.with(() -> {
            var search = new BeamSearch(3, 4).end(1);
            assertEquals(
                    List.of(),
                    search.search(chain(p), new None(), 0).getFirst().getFirst().tokens());
            var h = search.lengthPenalty(2)
                    .search(chain(p), new None(), 0)
                    .getFirst()
                    .getFirst();
            assertEquals(List.of(2, 3, 4), h.tokens());
            assertTrue(h.ended());
            assertEquals(Math.log(0.6 * 0.8 * 0.8 * 0.8) / 2.25, h.score(), 1e-6);
            assertArrayEquals(new int[] {2, 3, 4}, h.ids());
        });
    }

    private static double[] frequencies(Sampling s, double[] logp) {
        var rng = new Rng(11);
        var out = new double[logp.length];
        for (int i = 0; i < 20_000; i++) out[s.choose(logp, rng)] += 1 / 20_000.0;
        return out;
    }

    @Test
    void samplesHaveTheFrequenciesOfTheModel() {
        assertArrayEquals(new double[] {0.5, 0.3, 0.15, 0.05}, frequencies(Sampling.temperature(1), LOGP), 0.015);
        double sum = 0.25 + 0.09 + 0.0225 + 0.0025; // squares, at half the temperature
        assertArrayEquals(
                new double[] {0.25 / sum, 0.09 / sum, 0.0225 / sum, 0.0025 / sum},
                frequencies(Sampling.temperature(0.5), LOGP),
                0.015);
        assertArrayEquals(
                new double[] {0.625, 0.375, 0, 0},
                frequencies(Sampling.temperature(1).topK(2), LOGP),
                0.015);
        assertArrayEquals(
                new double[] {1, 0, 0, 0}, frequencies(Sampling.temperature(1).topP(0.49), LOGP), 1e-9);
        assertArrayEquals(
                new double[] {0.625, 0.375, 0, 0},
                frequencies(Sampling.temperature(1).topP(0.79), LOGP),
                0.015);
        assertArrayEquals(new double[] {1, 0, 0, 0}, frequencies(Sampling.greedy(), LOGP), 1e-9);
        assertArrayEquals(
                new double[] {1, 0, 0, 0},
                frequencies(Sampling.temperature(1).topK(3).topP(0.52), LOGP),
                1e-9,
                "p is of what k leaves: 0.5 / 0.95 > 0.52");
        double[] ties = {0, 1, 1, 1};
        assertEquals(1, Sampling.greedy().choose(ties, new Rng(1)));
        assertEquals(0, frequencies(Sampling.temperature(1).topK(2), ties)[3], "of equals the lower stay");
    }

    @Test
    void theSameSeedGivesTheSameTextWhateverIsBesideIt() {
        DEVICE.with(() -> {
            var step = counter(5, 3);
            var sampler = new Sampler(Sampling.temperature(1), 12);
            int[] alone = sampler.write(step, zeros(1), new int[] {1, 2}, new Rng(4));
            assertEquals(12, alone.length);
            var beside = sampler.write(step, zeros(2), new int[][] {{1, 2}, {1, 2}}, new Rng(4));
            assertArrayEquals(alone, beside.getFirst());
            assertFalse(Arrays.equals(alone, beside.getLast()));
            var rng = new Rng(4);
            assertArrayEquals(alone, sampler.write(step, zeros(1), new int[] {1, 2}, rng));
            assertFalse(Arrays.equals(alone, sampler.write(step, zeros(1), new int[] {1, 2}, rng)), "it moves on");
        });
    }

    @Test
    void sequencesEndEachForItself() {
        double[][] p = {{0, 1, 0}, {0, 0, 1}, {0, 0, 1}};
        DEVICE.with(() -> {
            var out = new Sampler(Sampling.greedy(), 10)
                    .end(2)
                    .write(chain(p), new None(), new int[][] {{0}, {1}, {2}}, new Rng(1));
            assertArrayEquals(new int[] {1}, out.get(0));
            assertArrayEquals(new int[0], out.get(1));
            assertArrayEquals(new int[0], out.get(2));
        });
    }

    @Test
    void statesAreGatheredAlongTheirAxis() {
        DEVICE.with(() -> {
            var s = new Rows(1, Tensor.of(new float[] {1, 2, 3, 4}, 2, 2, 1)).gather(Tensor.of(new int[] {1, 1, 0}));
            assertArrayEquals(
                    new float[] {2, 2, 1, 4, 4, 3}, s.tensors().getFirst().toFloats());
        });
    }

    private static void message(Class<? extends Exception> type, String expected, Runnable body) {
        assertEquals(expected, assertThrows(type, () -> DEVICE.with(body)).getMessage());
    }

    @Test
    void wrongInputIsNamed() {
        var sampler = new Sampler(Sampling.greedy(), 3);
        DecoderStep<None> bad = (s, t) -> new DecoderStep.Next<>(Tensor.of(new float[] {0, Float.NaN}, 1, 2), s);
        message(
                LaminaException.class,
                "sampler: the score of token 1 in row 0 is NaN; did training diverge?",
                () -> sampler.write(bad, new None(), new int[] {0}, new Rng(1)));
        message(
                ShapeException.class,
                "beam search: the step must give scores [2, c] for 2 token(s), got [1, 2]",
                () -> new BeamSearch(2, 2).search(bad, new None(), 0, 1));
        message(
                DataException.class,
                "sampler: beginning 1 has 1 tokens and beginning 0 has 2; write them apart",
                () -> sampler.write(bad, new None(), new int[][] {{0, 1}, {0}}, new Rng(1)));
        message(
                DataException.class,
                "sampler: beginning 0 is empty; give at least one token, such as one for the start",
                () -> sampler.write(bad, new None(), new int[0], new Rng(1)));
        message(
                LaminaException.class,
                "sampling: none of 2 tokens is possible",
                () -> Sampling.greedy()
                        .choose(new double[] {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}, null));
        message(
                LaminaException.class,
                "sampling: p must be in (0, 1], got 0.0",
                () -> Sampling.greedy().topP(0));
        message(
                LaminaException.class,
                "sampling: k must be positive, got 0",
                () -> Sampling.greedy().topK(0));
        message(
                LaminaException.class,
                "sampling: the temperature must be 0 or more, got NaN",
                () -> Sampling.temperature(Double.NaN));
        message(DataException.class, "beam search: the width must be positive, got 0", () -> new BeamSearch(0, 1));
    }
}
