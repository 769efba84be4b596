package dev.lamina.nn;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// `body(x) + x`, or `body(x) + shortcut(x)`: He, Zhang, Ren and Sun, "Deep residual learning for image
/// recognition" (2016).
public final class Residual implements Layer {
    private final SequencedMap<String, Layer> parts = new LinkedHashMap<>();

    public Residual(Layer body) {
        parts.put("body", body);
    }

    /// @param shortcut brings x to the shape of the body's output
    public Residual(Layer body, Layer shortcut) {
        this(body);
        parts.put("shortcut", shortcut);
    }

    /// @throws ShapeException if the two sides differ
    @Override
    public Tensor apply(Tensor x) {
        Tensor y = Layer.call("body", parts.get("body"), x);
        Layer shortcut = parts.get("shortcut");
        Tensor side = shortcut == null ? x : Layer.call("shortcut", shortcut, x);
        if (!y.shape().equals(side.shape()))
            throw new ShapeException("residual: the body gives " + y.shape() + " and the shortcut " + side.shape()
                    + "; " + (shortcut == null ? "give a shortcut that changes the shape" : "they must be equal"));
        return y.add(side);
    }

    @Override
    public SequencedMap<String, Layer> children() {
        return new LinkedHashMap<>(parts);
    }
}
