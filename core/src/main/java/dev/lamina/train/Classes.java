package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Tensor;

/// Labels and predicted classes of a batch, which the metrics of classification share.
final class Classes {
    private Classes() {}

    /// The most likely class of each row of `predictions` [n, classes].
    static int[] predicted(String metric, Tensor predictions) {
        if (predictions.shape().rank() != 2)
            throw new DataException(metric + ": expected predictions [n, classes], got " + predictions.shape());
        return predictions.argMax(1).toInts();
    }

    /// Labels [n], or rows [n, classes] whose largest element marks the class.
    static int[] actual(String metric, Tensor targets, int n, int classes) {
        Tensor t = targets.shape().rank() == 2 && targets.shape().dim(1) == classes && classes > 1
                ? targets.argMax(1)
                : targets;
        if (t.dtype().floating() || t.shape().size() != n)
            throw new DataException(metric + ": expected " + n + " integer labels [n] or rows [n, " + classes
                    + "], got " + targets.spec());
        int[] labels = t.toInts();
        for (int i = 0; i < n; i++)
            if (labels[i] < 0 || labels[i] >= classes)
                throw new DataException(
                        metric + ": label " + labels[i] + " of sample " + i + " is outside 0.." + (classes - 1));
        return labels;
    }
}
