package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Adds slices of x into zeros along `axis`: `x [before, picked, after], index [picked] -> [before, size,
/// after]`. The adjoint of `Gather`; slices with the same index are summed in the order of their position.
public record ScatterAdd(int axis, int size) implements Kernel {
    @Override
    public String name() {
        return "scatter_add";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        Check.indices(name(), in.get(1));
        Shape x = in.get(0).shape();
        Shape index = in.get(1).shape();
        int end = axis + index.rank();
        if (axis < 0 || end > x.rank() || !x.sub(axis, end).equals(index))
            throw new ShapeException("scatter_add: indices " + index + " must be the axes of " + x + " from " + axis);
        return List.of(new Spec(
                x.sub(0, axis).concat(Shape.of(size)).concat(x.sub(end, x.rank())),
                in.get(0).dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new Gather(axis).on(dOut.getFirst(), in.get(1)), NONE);
    }
}
