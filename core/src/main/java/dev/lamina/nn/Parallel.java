package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Layers, named `0`, `1`, ..., that are applied to the same input; their outputs are joined along the channels
/// (axis 1) unless said otherwise.
public final class Parallel implements Layer {
    private sealed interface Join {
        record Concat(int axis) implements Join {}

        record Sum() implements Join {}
    }

    private final SequencedMap<String, Layer> branches;
    private final Join join;

    public Parallel(Layer... branches) {
        this(Sequential.numbered(Arrays.asList(branches)), new Join.Concat(1));
        if (branches.length == 0) throw new LaminaException("parallel: no layers given");
    }

    private Parallel(SequencedMap<String, Layer> branches, Join join) {
        this.branches = branches;
        this.join = join;
    }

    /// Outputs joined along `axis`.
    public Parallel concat(int axis) {
        return new Parallel(branches, new Join.Concat(axis));
    }

    /// Outputs, which must have one shape, added.
    public Parallel sum() {
        return new Parallel(branches, new Join.Sum());
    }

    @Override
    public Tensor apply(Tensor x) {
        var out = new ArrayList<Tensor>();
        branches.forEach((name, layer) -> out.add(Layer.call(name, layer, x)));
        return switch (join) {
            case Join.Concat(int axis) -> Tensor.concat(axis, out);
            case Join.Sum() -> sum(out);
        };
    }

    private static Tensor sum(List<Tensor> out) {
        var shapes = out.stream().map(Tensor::shape).toList();
        if (shapes.stream().distinct().count() > 1)
            throw new ShapeException("parallel: outputs to add must have one shape, got " + shapes);
        return out.stream().reduce(Tensor::add).orElseThrow();
    }

    @Override
    public SequencedMap<String, Layer> children() {
        return new LinkedHashMap<>(branches);
    }
}
