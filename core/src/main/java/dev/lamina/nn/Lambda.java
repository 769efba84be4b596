package dev.lamina.nn;

import dev.lamina.Tensor;
import java.util.function.UnaryOperator;

/// A function without parameters as a layer, with a name for summaries: `new Lambda("scale", x -> x.mul(2))`.
public record Lambda(String name, UnaryOperator<Tensor> function) implements Layer {
    @Override
    public Tensor apply(Tensor x) {
        return function.apply(x);
    }
}
