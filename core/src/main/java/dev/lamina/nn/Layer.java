package dev.lamina.nn;

import dev.lamina.Device;
import dev.lamina.LayerPath;
import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A part of a model: a function of a tensor with parameters. Implement `apply`, and name what it is made of: the
/// names, joined by dots, are those of saved models (`features.0.weight`) and of error messages.
public interface Layer {
    /// The output for a batch. Training or evaluation is decided by `dev.lamina.Mode`.
    Tensor apply(Tensor x);

    /// Parameters and buffers that belong to this layer itself, by name.
    default Map<String, Parameter> own() {
        return Map.of();
    }

    /// The layers inside this one, by name, in the order in which they are applied.
    default Map<String, Layer> children() {
        return Map.of();
    }

    /// All parameters and buffers of this layer and those inside it, by path.
    default SequencedMap<String, Parameter> parameters() {
        var all = new LinkedHashMap<String, Parameter>(own());
        children().forEach((name, child) -> child.parameters().forEach((path, p) -> all.put(name + "." + path, p)));
        return all;
    }

    /// The parameters that training changes, each once: what `Tape.gradients` is asked for.
    default List<Parameter> trainable() {
        return parameters().values().stream()
                .filter(Parameter::trainable)
                .distinct()
                .toList();
    }

    /// Applies a layer inside this one, so that errors name its path.
    static Tensor call(String name, Layer layer, Tensor x) {
        return LayerPath.enter(name, () -> layer.apply(x));
    }

    /// Moves all parameters to a device.
    default void to(Device device) {
        parameters().values().forEach(p -> p.to(device));
    }
}
