package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Sequences of tokens as batches have them, brought to what metrics compare.
///
/// @param padding the token that is left out; -1 if there is none
/// @param end the token at which a sequence is over, itself left out; -1 if there is none
record Sequences(int padding, int end) {
    static final Sequences PLAIN = new Sequences(-1, -1);

    Sequences padding(int token) {
        return new Sequences(token, end);
    }

    Sequences end(int token) {
        return new Sequences(padding, token);
    }

    /// The predictions of a batch: tokens [n, t], or scores [n, t, c], whose best tokens are taken.
    List<int[]> predicted(String metric, Tensor predictions) {
        return rows(metric, predictions.shape().rank() == 3 ? predictions.argMax(2) : predictions);
    }

    /// The rows of tokens i32 [n, t].
    List<int[]> rows(String metric, Tensor tokens) {
        if (tokens.dtype().floating() || tokens.shape().rank() != 2)
            throw new DataException(metric + ": expected tokens i32 [n, t], got " + tokens.spec());
        int t = tokens.shape().dim(1);
        int[] all = tokens.toInts();
        return IntStream.range(0, tokens.shape().dim(0))
                .mapToObj(i -> cut(Arrays.copyOfRange(all, i * t, (i + 1) * t)))
                .toList();
    }

    private int[] cut(int[] row) {
        var out = IntStream.builder();
        for (int token : row) {
            if (token == end) break;
            if (token != padding) out.add(token);
        }
        return out.build().toArray();
    }

    /// Predictions and targets of a batch, pair by pair.
    List<Pair> pairs(String metric, Tensor predictions, Tensor targets) {
        List<int[]> p = predicted(metric, predictions);
        List<int[]> t = rows(metric, targets);
        if (p.size() != t.size())
            throw new DataException(metric + ": predictions " + predictions.shape() + " are of " + p.size()
                    + " sequences, targets " + targets.shape() + " of " + t.size());
        var out = new ArrayList<Pair>();
        for (int i = 0; i < p.size(); i++) out.add(new Pair(p.get(i), t.get(i)));
        return out;
    }

    record Pair(int[] predicted, int[] target) {}
}
