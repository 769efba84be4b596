package dev.lamina.nn;

import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;

/// An elementwise function as a layer, which `Sequential` can join to the layer before it.
record Activation(Elementwise f) implements Layer {
    @Override
    public Tensor apply(Tensor x) {
        return Tensor.map(f, x);
    }
}
