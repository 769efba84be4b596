package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// How often each class was predicted as each. Its value is the accuracy. `predictions` [n, classes].
public final class ConfusionMatrix implements Metric {
    private final List<String> names;
    private final long[][] counts;

    public ConfusionMatrix(int classes) {
        this(IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }

    public ConfusionMatrix(List<String> names) {
        this.names = List.copyOf(names);
        this.counts = new long[names.size()][names.size()];
    }

    @Override
    public String name() {
        return "confusion_accuracy";
    }

    @Override
    public void reset() {
        for (long[] row : counts) java.util.Arrays.fill(row, 0);
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        int[] predicted = Classes.predicted("confusion matrix", predictions);
        int classes = predictions.shape().dim(1);
        if (classes != names.size())
            throw new DataException(
                    "confusion matrix: made for " + names.size() + " classes, got predictions " + predictions.shape());
        int[] actual = Classes.actual("confusion matrix", targets, predicted.length, classes);
        for (int i = 0; i < actual.length; i++) counts[actual[i]][predicted[i]]++;
    }

    /// How often class `actual` was taken for `predicted`.
    public long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /// Of the samples predicted as `c`, the fraction that are; NaN if there are none.
    public double precision(int c) {
        long all = 0;
        for (long[] row : counts) all += row[c];
        return (double) counts[c][c] / all;
    }

    /// Of the samples that are `c`, the fraction predicted so; NaN if there are none.
    public double recall(int c) {
        return (double) counts[c][c] / sum(counts[c]);
    }

    /// The harmonic mean of precision and recall.
    public double f1(int c) {
        double p = precision(c);
        double r = recall(c);
        return 2 * p * r / (p + r);
    }

    @Override
    public double value() {
        long right = 0;
        long all = 0;
        for (int c = 0; c < counts.length; c++) {
            right += counts[c][c];
            all += sum(counts[c]);
        }
        return (double) right / all;
    }

    private static long sum(long[] row) {
        return java.util.Arrays.stream(row).sum();
    }

    /// A text table: a row for each actual class, a column for each predicted one, then recall and precision.
    public String table() {
        int width = 7;
        for (String n : names) width = Math.max(width, n.length() + 1);
        for (long[] row : counts)
            width = Math.max(width, Long.toString(sum(row)).length() + 1);
        int first = Math.max(width, "precision".length()) + 1;
        var out = new StringBuilder(" ".repeat(first));
        for (String n : names) out.append(right(n, width));
        out.append(right("recall", 8)).append('\n');
        for (int a = 0; a < counts.length; a++) {
            out.append(right(names.get(a), first));
            for (long n : counts[a]) out.append(right(Long.toString(n), width));
            out.append(right(percent(recall(a)), 8)).append('\n');
        }
        out.append(right("precision", first));
        for (int c = 0; c < counts.length; c++) out.append(right(percent(precision(c)), width));
        return out.append(right(percent(value()), 8)).append('\n').toString();
    }

    private static String percent(double x) {
        return Double.isNaN(x) ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * x);
    }

    private static String right(String s, int width) {
        return " ".repeat(Math.max(0, width - s.length())) + s;
    }
}
