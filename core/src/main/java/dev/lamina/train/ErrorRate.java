package dev.lamina.train;

import dev.lamina.Tensor;

/// The edits that turn predictions into targets (insertions, deletions and replacements, Levenshtein 1966),
/// per token of the targets: the character error rate if tokens are characters, the word error rate if they
/// are words. 0 is perfect; it can be more than 1. `predictions` are tokens [n, t] or scores [n, t, c],
/// `targets` tokens [n, t].
public final class ErrorRate implements Metric {
    private final Sequences sequences;
    private long edits;
    private long length;

    public ErrorRate() {
        this(Sequences.PLAIN);
    }

    private ErrorRate(Sequences sequences) {
        this.sequences = sequences;
    }

    /// Tokens equal to this are left out.
    public ErrorRate padding(int token) {
        return new ErrorRate(sequences.padding(token));
    }

    /// A sequence is over at this token.
    public ErrorRate end(int token) {
        return new ErrorRate(sequences.end(token));
    }

    @Override
    public String name() {
        return "error_rate";
    }

    @Override
    public void reset() {
        edits = 0;
        length = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        sequences.pairs(name(), predictions, targets).forEach(p -> add(p.predicted(), p.target()));
    }

    /// Takes one sequence into account.
    public void add(int[] predicted, int[] target) {
        edits += edits(predicted, target);
        length += target.length;
    }

    /// Takes one text into account, by its characters (code points).
    public void add(String predicted, String target) {
        add(predicted.codePoints().toArray(), target.codePoints().toArray());
    }

    @Override
    public double value() {
        return (double) edits / length;
    }

    /// The least number of tokens to insert, delete or replace that makes `b` of `a`.
    public static int edits(int[] a, int[] b) {
        int[] row = new int[b.length + 1]; // of the table: the edits from a's beginning to each beginning of b
        for (int j = 0; j <= b.length; j++) row[j] = j;
        for (int i = 1; i <= a.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length; j++) {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length];
    }
}
