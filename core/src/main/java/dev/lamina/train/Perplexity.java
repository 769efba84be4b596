package dev.lamina.train;

import dev.lamina.Tensor;
import dev.lamina.nn.Reduction;
import dev.lamina.nn.SequenceCrossEntropy;
import java.util.OptionalInt;

/// The exponential of the mean cross entropy of a token, in nats: between how many tokens a model is
/// undecided. `predictions` are scores [n, t, c], `targets` i32 [n, t]. Each token weighs the same, however
/// it was batched.
public final class Perplexity implements Metric {
    private final OptionalInt ignored;
    private double sum;
    private double count;

    public Perplexity() {
        this.ignored = OptionalInt.empty();
    }

    private Perplexity(int label) {
        this.ignored = OptionalInt.of(label);
    }

    /// Targets equal to `label` are padding and count nothing.
    public static Perplexity ignoring(int label) {
        return new Perplexity(label);
    }

    @Override
    public String name() {
        return "perplexity";
    }

    @Override
    public void reset() {
        sum = 0;
        count = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        var loss = new SequenceCrossEntropy().reduction(Reduction.SUM);
        if (ignored.isPresent()) loss = loss.ignoreIndex(ignored.getAsInt());
        sum += loss.apply(predictions, targets).toDoubles()[0];
        if (ignored.isEmpty()) count += targets.shape().size();
        else for (int t : targets.toInts()) if (t != ignored.getAsInt()) count++;
    }

    /// The mean cross entropy of a token, in nats.
    public double nats() {
        return sum / count;
    }

    @Override
    public double value() {
        return Math.exp(nats());
    }
}
