package dev.lamina.train;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A copy of a model's parameters from its best epoch, and how long ago that was.
final class BestWeights {
    private final SequencedMap<String, Parameter> copies = new LinkedHashMap<>();
    double value = Double.NaN;
    int waited;

    /// True if training should end.
    boolean observe(EarlyStopping rule, History.Epoch epoch, Layer model) {
        double now = rule.observed(epoch);
        if (rule.better(now, value)) {
            value = now;
            waited = 0;
            model.parameters().forEach((name, p) -> copy(name, p.value()));
        } else waited++;
        return exhausted(rule);
    }

    boolean exhausted(EarlyStopping rule) {
        return waited >= rule.patience();
    }

    private void copy(String name, Tensor x) {
        copies.computeIfAbsent(name, _ -> Parameter.buffer(Tensor.zerosLike(x))).assign(x);
    }

    void restore(Layer model) {
        if (!copies.isEmpty())
            model.parameters().forEach((name, p) -> p.assign(copies.get(name).value()));
    }

    SequencedMap<String, Parameter> copies() {
        return copies;
    }

    /// Takes copies of a checkpoint as the best so far.
    void prepare(Layer model) {
        model.parameters().forEach((name, p) -> copy(name, p.value()));
    }
}
