package dev.lamina.text;

import dev.lamina.DataException;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// Looks for the likeliest sequence: keeps the `width` best beginnings and goes on from all of them at once,
/// for several searches in one batch. With a width of 1 it is greedy; with one that keeps all beginnings it
/// is exact. An immutable value: `new BeamSearch(4, 50).end(2).lengthPenalty(0.6)`.
///
/// Sequences are compared by `log p / ((5 + length) / 6)^alpha` (Wu et al. 2016), where the length counts the
/// end: without a penalty (alpha 0) short ones win. A search is over when no beginning can become better than
/// the `width` sequences that have ended, or at the limit, where those that have not ended count as they are.
///
/// @param width how many beginnings to keep
/// @param limit the most tokens of a sequence, the end included
/// @param end the token that ends a sequence; -1 if there is none
/// @param alpha the length penalty, 0 or more
public record BeamSearch(int width, int limit, int end, double alpha) {
    private static final String NAME = "beam search";

    public BeamSearch {
        if (width < 1) throw new DataException("beam search: the width must be positive, got " + width);
        if (limit < 1) throw new DataException("beam search: the limit must be positive, got " + limit);
        if (!(alpha >= 0 && Double.isFinite(alpha)))
            throw new DataException("beam search: the length penalty must be 0 or more, got " + alpha);
    }

    /// Sequences of `limit` tokens.
    public BeamSearch(int width, int limit) {
        this(width, limit, -1, 0);
    }

    public BeamSearch end(int token) {
        return new BeamSearch(width, limit, token, alpha);
    }

    public BeamSearch lengthPenalty(double alpha) {
        return new BeamSearch(width, limit, end, alpha);
    }

    /// What a search found.
    ///
    /// @param tokens without the end
    /// @param ended false if the limit came first
    /// @param logProbability of the tokens, and of the end if they ended
    /// @param score by which it was compared
    public record Hypothesis(List<Integer> tokens, boolean ended, double logProbability, double score) {
        public Hypothesis {
            tokens = List.copyOf(tokens);
        }

        /// The tokens as an array.
        public int[] ids() {
            return tokens.stream().mapToInt(t -> t).toArray();
        }
    }

    /// A beginning that is still going on.
    ///
    /// @param row of the state that it goes on from
    private record Beam(List<Integer> tokens, double logProbability, int row) {
        int last() {
            return tokens.getLast();
        }
    }

    /// A way to go on.
    private record Candidate(Beam from, int token, double logProbability) {}

    /// For each first token the sequences that were found, the best first, at most `width`.
    ///
    /// @param state before the first tokens, for as many sequences
    /// @param first tokens, which are not part of what is found
    public <S extends DecoderState<S>> List<List<Hypothesis>> search(DecoderStep<S> step, S state, int... first) {
        if (first.length == 0) throw new DataException("beam search: there is no first token to go on from");
        return Scope.call(() -> run(step, state, first));
    }

    private <S extends DecoderState<S>> List<List<Hypothesis>> run(DecoderStep<S> step, S state, int[] first) {
        var beams = new ArrayList<List<Beam>>();
        var found = new ArrayList<List<Hypothesis>>();
        for (int i = 0; i < first.length; i++) {
            beams.add(List.of(new Beam(List.of(), 0, i)));
            found.add(new ArrayList<>());
        }
        Scores<S> scores = Scores.of(NAME, step, () -> state, first);
        for (int length = 1; ; length++) {
            for (int i = 0; i < first.length; i++)
                beams.set(i, beams.get(i).isEmpty() ? List.of() : advance(beams.get(i), scores, found.get(i), length));
            if (length == limit || beams.stream().allMatch(List::isEmpty)) break;
            int[] rows = rows(beams, Beam::row);
            scores = scores.then(NAME, step, s -> s.gather(Tensor.of(rows)), rows(beams, Beam::last));
            number(beams);
        }
        for (int i = 0; i < first.length; i++)
            for (Beam b : beams.get(i)) add(found.get(i), b.tokens(), false, b.logProbability(), limit);
        return found.stream().map(List::copyOf).toList();
    }

    /// The best beginnings that are one token longer; those that end are put with `found`. None if the search
    /// is over.
    private List<Beam> advance(List<Beam> beams, Scores<?> scores, List<Hypothesis> found, int length) {
        var candidates = new ArrayList<Candidate>();
        for (Beam b : beams) {
            double[] logp = scores.logProbabilities(b.row());
            for (int c = 0; c < logp.length; c++)
                if (logp[c] > Double.NEGATIVE_INFINITY)
                    candidates.add(new Candidate(b, c, b.logProbability() + logp[c]));
        }
        // A stable sort: of equals the better beginning and the lower token come first.
        candidates.sort(Comparator.comparingDouble((Candidate c) -> -c.logProbability()));
        var next = new ArrayList<Beam>();
        for (int k = 0; k < candidates.size() && next.size() < width; k++) {
            Candidate c = candidates.get(k);
            if (c.token() == end) {
                // One that `width` beginnings leave behind is dropped, as they would drop it.
                if (k < width) add(found, c.from().tokens(), true, c.logProbability(), length);
            } else {
                var tokens = new ArrayList<>(c.from().tokens());
                tokens.add(c.token());
                next.add(new Beam(
                        List.copyOf(tokens), c.logProbability(), c.from().row()));
            }
        }
        return over(next, found) ? List.of() : next;
    }

    private void add(List<Hypothesis> found, List<Integer> tokens, boolean ended, double logp, int length) {
        found.add(new Hypothesis(tokens, ended, logp, logp / penalty(length)));
        found.sort(Comparator.comparingDouble((Hypothesis h) -> -h.score()));
        if (found.size() > width) found.removeLast();
    }

    private double penalty(int length) {
        return Math.pow((5.0 + length) / 6, alpha);
    }

    /// True if no beginning can become better: it only loses probability, and its length is at most the
    /// limit.
    private boolean over(List<Beam> next, List<Hypothesis> found) {
        return found.size() >= width
                && next.stream()
                        .allMatch(b -> b.logProbability() / penalty(limit)
                                <= found.getLast().score());
    }

    private static int[] rows(List<List<Beam>> beams, ToIntFunction<Beam> f) {
        return beams.stream().flatMap(List::stream).mapToInt(f).toArray();
    }

    /// From here on the beginnings have the rows in their order.
    private static void number(List<List<Beam>> beams) {
        int[] row = {0};
        beams.replaceAll(all -> all.stream()
                .map(b -> new Beam(b.tokens(), b.logProbability(), row[0]++))
                .toList());
    }
}
