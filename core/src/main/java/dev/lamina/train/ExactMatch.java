package dev.lamina.train;

import dev.lamina.Tensor;
import java.util.Arrays;

/// The fraction of sequences that are right in every token. `predictions` are tokens [n, t] or scores
/// [n, t, c], `targets` tokens [n, t]; their numbers of steps may differ.
public final class ExactMatch implements Metric {
    private final Sequences sequences;
    private long right;
    private long all;

    public ExactMatch() {
        this(Sequences.PLAIN);
    }

    private ExactMatch(Sequences sequences) {
        this.sequences = sequences;
    }

    /// Tokens equal to this are left out.
    public ExactMatch padding(int token) {
        return new ExactMatch(sequences.padding(token));
    }

    /// A sequence is over at this token.
    public ExactMatch end(int token) {
        return new ExactMatch(sequences.end(token));
    }

    @Override
    public String name() {
        return "exact_match";
    }

    @Override
    public void reset() {
        right = 0;
        all = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        sequences.pairs(name(), predictions, targets).forEach(p -> add(p.predicted(), p.target()));
    }

    /// Takes one sequence into account.
    public void add(int[] predicted, int[] target) {
        if (Arrays.equals(predicted, target)) right++;
        all++;
    }

    @Override
    public double value() {
        return (double) right / all;
    }
}
