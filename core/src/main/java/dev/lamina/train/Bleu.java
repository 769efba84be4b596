package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// BLEU of a whole corpus (Papineni et al. 2002), in 0..1: the geometric mean of how many n-grams of the
/// predictions, for n of 1 to 4, are in a reference, times the penalty for predictions that are shorter,
/// `exp(1 - r / c)`. Counts and lengths are summed up first, so it is not a mean over sentences.
/// `predictions` are tokens [n, t] or scores [n, t, c], `targets` tokens [n, t], one reference each.
public final class Bleu implements Metric {
    /// What an n-gram order without a match counts; with none of these BLEU is 0 then.
    public enum Smoothing {
        NONE,
        /// One more match and one more n-gram for n above 1 (Lin and Och 2004).
        ADD_ONE,
        /// Half a match for the first order without one, a quarter for the next, and so on, as NIST's and
        /// sacreBLEU's scripts have it.
        HALVING
    }

    private final Sequences sequences;
    private final int orders;
    private final Smoothing smoothing;
    private final long[] matches;
    private final long[] ngrams;
    private long length;
    private long reference;

    /// Orders 1 to 4, without smoothing.
    public Bleu() {
        this(Sequences.PLAIN, 4, Smoothing.NONE);
    }

    private Bleu(Sequences sequences, int orders, Smoothing smoothing) {
        this.sequences = sequences;
        this.orders = orders;
        this.smoothing = smoothing;
        this.matches = new long[orders];
        this.ngrams = new long[orders];
    }

    /// n-grams up to this n.
    public Bleu orders(int n) {
        if (n < 1) throw new IllegalArgumentException("bleu: there must be 1 or more orders, got " + n);
        return new Bleu(sequences, n, smoothing);
    }

    public Bleu smoothing(Smoothing other) {
        return new Bleu(sequences, orders, other);
    }

    /// Tokens equal to this are left out.
    public Bleu padding(int token) {
        return new Bleu(sequences.padding(token), orders, smoothing);
    }

    /// A sequence is over at this token.
    public Bleu end(int token) {
        return new Bleu(sequences.end(token), orders, smoothing);
    }

    @Override
    public String name() {
        return "bleu";
    }

    @Override
    public void reset() {
        Arrays.fill(matches, 0);
        Arrays.fill(ngrams, 0);
        length = 0;
        reference = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        sequences.pairs(name(), predictions, targets).forEach(p -> add(p.predicted(), List.of(p.target())));
    }

    /// Takes one sequence into account. An n-gram counts as often as it is in the reference that has it most
    /// often; the length to compare with is that of the closest reference, of two the shorter.
    public void add(int[] predicted, List<int[]> references) {
        if (references.isEmpty()) throw new DataException("bleu: there must be at least one reference");
        length += predicted.length;
        reference += references.stream()
                .map(r -> r.length)
                .min((a, b) -> {
                    int byDistance = Integer.compare(Math.abs(a - predicted.length), Math.abs(b - predicted.length));
                    return byDistance != 0 ? byDistance : Integer.compare(a, b);
                })
                .orElseThrow();
        for (int n = 1; n <= orders; n++) {
            int order = n;
            var counts = references.stream().map(r -> counts(r, order)).toList();
            ngrams[n - 1] += Math.max(0, predicted.length - n + 1);
            counts(predicted, n)
                    .forEach((gram, count) -> matches[order - 1] += Math.min(
                            count,
                            counts.stream()
                                    .mapToInt(c -> c.getOrDefault(gram, 0))
                                    .max()
                                    .orElseThrow()));
        }
    }

    private static Map<List<Integer>, Integer> counts(int[] tokens, int n) {
        var out = new HashMap<List<Integer>, Integer>();
        for (int i = 0; i + n <= tokens.length; i++)
            out.merge(IntStream.range(i, i + n).mapToObj(j -> tokens[j]).toList(), 1, Integer::sum);
        return out;
    }

    /// The fraction of n-grams of order `n` that are in a reference, smoothed; NaN if there are none.
    public double precision(int n) {
        return precisions()[n - 1];
    }

    private double[] precisions() {
        var out = new double[orders];
        double half = 1;
        for (int i = 0; i < orders; i++)
            out[i] = switch (smoothing) {
                case NONE -> (double) matches[i] / ngrams[i];
                case ADD_ONE -> i == 0 ? (double) matches[i] / ngrams[i] : (matches[i] + 1.0) / (ngrams[i] + 1.0);
                case HALVING -> (matches[i] == 0 ? half /= 2 : matches[i]) / ngrams[i];
            };
        return out;
    }

    /// `exp(1 - r / c)` for predictions of c tokens in all that are shorter than their references of r.
    public double brevityPenalty() {
        return length >= reference ? 1 : Math.exp(1 - (double) reference / length);
    }

    /// 0 if an order has no match, or no prediction is long enough for it; NaN if nothing was added.
    @Override
    public double value() {
        if (length == 0) return reference == 0 ? Double.NaN : 0;
        double sum = 0;
        for (int i = 0; i < orders; i++) {
            if (ngrams[i] == 0 || smoothing == Smoothing.NONE && matches[i] == 0) return 0;
            sum += Math.log(precisions()[i]) / orders;
        }
        return brevityPenalty() * Math.exp(sum);
    }
}
