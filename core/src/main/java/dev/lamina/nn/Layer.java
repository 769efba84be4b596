package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// A part of a model: a function of a tensor, with parameters. The names of its parts, joined by dots, are
/// those of saved models (`features.0.weight`) and of error messages.
///
/// A layer of your own is a record: its components that are parameters or layers, or lists of layers, are found
/// by their names.
/// ```
/// record Block(Conv2d conv, BatchNorm2d norm) implements Layer {
///     public Tensor apply(Tensor x) {
///         return Layer.call("norm", norm, Layer.call("conv", conv, x)).relu();
///     }
/// }
/// ```
/// A function without parameters is a layer as it stands: `new Sequential(new Dense(4, 8), Tensor::relu)`.
@FunctionalInterface
public interface Layer {
    /// The output for a batch. Training or evaluation is decided by `dev.lamina.Mode`.
    Tensor apply(Tensor x);

    /// Parameters and buffers that belong to this layer itself, by name; a record's are its components.
    default SequencedMap<String, Parameter> own() {
        return Components.parameters(this);
    }

    /// The layers inside this one, by name, in the order in which they are applied; a record's are its
    /// components.
    default SequencedMap<String, Layer> children() {
        return Components.layers(this);
    }

    /// All parameters and buffers of this layer and those inside it, by path. One that is used in two places
    /// has two paths.
    default SequencedMap<String, Parameter> parameters() {
        var all = new LinkedHashMap<String, Parameter>(own());
        children().forEach((name, child) -> child.parameters().forEach((path, p) -> all.put(name + "." + path, p)));
        return all;
    }

    /// The parameters to train, each once, without buffers: what an optimiser is given.
    default List<Parameter> trainable() {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Parameter, Boolean>());
        return parameters().values().stream()
                .filter(p -> p.trainable() && seen.add(p))
                .toList();
    }

    /// Applies a layer inside this one, so that errors name its path.
    static Tensor call(String name, Layer layer, Tensor x) {
        return Calls.call(name, layer, x);
    }

    /// Applies a layer inside this one by a method of its own, such as one that takes several inputs, so that
    /// errors name its path.
    ///
    /// @param x the first of the inputs, for summaries
    /// @param how calls the method
    static Tensor call(String name, Layer layer, Tensor x, Supplier<Tensor> how) {
        return Calls.call(name, layer, x, how);
    }

    /// Moves all parameters to a device.
    default void to(Device device) {
        parameters().values().forEach(p -> p.to(device));
    }

    /// Converts all parameters and buffers to another floating-point type.
    default void to(DType dtype) {
        parameters().values().forEach(p -> p.to(dtype));
    }

    /// Shapes, parameters, multiply-adds and bytes of every layer, for an f32 input of this shape, batch
    /// included.
    default Summary summary(int... input) {
        return Summary.of(this, Shape.of(input));
    }
}
