package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The same elements under another shape: a free view that shares its input's storage, so no backend runs it.
public record Reshape(Shape shape) implements Op {
    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Shape x = in.getFirst().shape();
        if (x.size() != shape.size())
            throw new ShapeException(
                    "reshape: " + x + " has " + x.size() + " elements, " + shape + " has " + shape.size());
        return List.of(new Spec(shape, in.getFirst().dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> dOut.getFirst().reshape(in.getFirst().shape()));
    }
}
