package dev.lamina.train;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;

/// The fraction of samples of which the class is right. `predictions` [n, classes] with labels [n] or one-hot
/// rows; for two classes `binary`.
public final class Accuracy implements Metric {
    private final Double threshold;
    private long right;
    private long all;

    public Accuracy() {
        this.threshold = null;
    }

    private Accuracy(double threshold) {
        this.threshold = threshold;
    }

    /// For predictions and targets of one element per sample: class 1 is predicted above `threshold`, which is
    /// 0 for logits and 0.5 for probabilities.
    public static Accuracy binary(double threshold) {
        return new Accuracy(threshold);
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public void reset() {
        right = 0;
        all = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        if (threshold != null) addBinary(predictions, targets);
        else {
            int[] predicted = Classes.predicted("accuracy", predictions);
            int[] actual = Classes.actual(
                    "accuracy", targets, predicted.length, predictions.shape().dim(1));
            for (int i = 0; i < actual.length; i++) if (predicted[i] == actual[i]) right++;
            all += actual.length;
        }
    }

    private void addBinary(Tensor predictions, Tensor targets) {
        float[] p = predictions.toFloats();
        float[] t = targets.toFloats();
        if (p.length != t.length)
            throw new ShapeException(
                    "accuracy: predictions " + predictions.shape() + ", but targets " + targets.shape());
        for (int i = 0; i < p.length; i++) if ((p[i] > threshold) == (t[i] > 0.5)) right++;
        all += p.length;
    }

    @Override
    public double value() {
        return (double) right / all;
    }
}
