package dev.lamina.train;

import java.util.List;
import java.util.SequencedMap;

/// What came of each epoch that a trainer ran.
public record History(List<Epoch> epochs) {
    /// @param epoch from 1
    /// @param loss the mean over the samples, each at the time it was trained on
    /// @param validation the loss and the metrics on the validation data by name; empty without such data
    /// @param learningRate after the epoch
    public record Epoch(
            int epoch,
            int steps,
            long samples,
            double loss,
            SequencedMap<String, Double> validation,
            double learningRate,
            double seconds) {}

    public History {
        epochs = List.copyOf(epochs);
    }

    public Epoch last() {
        return epochs.getLast();
    }

    /// The training loss of each epoch.
    public double[] losses() {
        return epochs.stream().mapToDouble(Epoch::loss).toArray();
    }

    /// A validation metric of each epoch, by name.
    public double[] validation(String metric) {
        return epochs.stream()
                .mapToDouble(e -> e.validation().getOrDefault(metric, Double.NaN))
                .toArray();
    }
}
