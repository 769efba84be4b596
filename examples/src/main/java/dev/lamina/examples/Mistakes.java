package dev.lamina.examples;

import dev.lamina.Tensor;
import dev.lamina.train.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Remembers which samples were taken for another class, in the order of the data; its value is how many.
final class Mistakes implements Metric {
    private final List<Mistake> all = new ArrayList<>();
    private int seen;

    /// @param index of the sample
    /// @param probability that the model gave to what it predicted
    record Mistake(int index, int actual, int predicted, float probability) {}

    @Override
    public String name() {
        return "mistakes";
    }

    @Override
    public void reset() {
        all.clear();
        seen = 0;
    }

    /// `logits` [n, classes] and labels [n].
    @Override
    public void add(Tensor logits, Tensor labels) {
        int[] actual = labels.toInts();
        int[] predicted = logits.argMax(1).toInts();
        float[] probability = logits.softmax(1).max(1).toFloats();
        for (int i = 0; i < actual.length; i++)
            if (predicted[i] != actual[i]) all.add(new Mistake(seen + i, actual[i], predicted[i], probability[i]));
        seen += actual.length;
    }

    @Override
    public double value() {
        return all.size();
    }

    List<Mistake> all() {
        return List.copyOf(all);
    }

    /// Those with the highest probability, the highest first.
    List<Mistake> surest(int most) {
        return all.stream()
                .sorted(Comparator.comparing(Mistake::probability).reversed())
                .limit(most)
                .toList();
    }
}
