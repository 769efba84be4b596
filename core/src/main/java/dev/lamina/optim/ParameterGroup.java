package dev.lamina.optim;

import dev.lamina.Parameter;
import dev.lamina.nn.Layer;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// Parameters that share a learning rate and a weight decay.
///
/// @param parameters trainable parameters by name, each once
public record ParameterGroup(SequencedMap<String, Parameter> parameters, double learningRate, double weightDecay) {
    public ParameterGroup {
        if (!(learningRate >= 0 && Double.isFinite(learningRate)))
            throw new IllegalArgumentException("optimizer: learning rate must be 0 or more, got " + learningRate);
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay)))
            throw new IllegalArgumentException("optimizer: weight decay must be 0 or more, got " + weightDecay);
        parameters = Collections.unmodifiableSequencedMap(trainable(parameters));
    }

    /// The trainable parameters of a model, without weight decay.
    public static ParameterGroup of(Layer model, double learningRate) {
        return new ParameterGroup(model.parameters(), learningRate, 0);
    }

    /// Parameters without a model; they are named by their position.
    public static ParameterGroup of(Collection<Parameter> parameters, double learningRate) {
        var named = new LinkedHashMap<String, Parameter>();
        for (Parameter p : parameters) named.put(Integer.toString(named.size()), p);
        return new ParameterGroup(named, learningRate, 0);
    }

    /// The same group with this weight decay.
    public ParameterGroup weightDecay(double weightDecay) {
        return new ParameterGroup(parameters, learningRate, weightDecay);
    }

    /// The parameters whose name satisfies `keep`, such as `n -> n.endsWith("bias")`.
    public ParameterGroup where(Predicate<String> keep) {
        var some = new LinkedHashMap<>(parameters);
        some.keySet().removeIf(keep.negate());
        return new ParameterGroup(some, learningRate, weightDecay);
    }

    /// A parameter that two layers share is updated once, under its first name.
    private static SequencedMap<String, Parameter> trainable(SequencedMap<String, Parameter> all) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        var out = new LinkedHashMap<String, Parameter>();
        all.forEach((name, p) -> {
            if (p.trainable() && seen.add(p)) out.put(name, p);
        });
        return out;
    }
}
