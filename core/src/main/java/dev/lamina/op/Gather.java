package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Picks slices of x along `axis`: `x [before, size, after], index [picked] -> [before, picked, after]`. The
/// index may have any shape. An embedding is a gather on axis 0.
public record Gather(int axis) implements Kernel {
    @Override
    public String name() {
        return "gather";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        Check.indices(name(), in.get(1));
        Shape x = in.get(0).shape();
        x.axis(name(), axis);
        Shape y = x.sub(0, axis).concat(in.get(1).shape()).concat(x.sub(axis + 1, x.rank()));
        return List.of(new Spec(y, in.get(0).dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        int size = in.get(0).shape().dim(axis);
        return List.of(() -> new ScatterAdd(axis, size).on(dOut.getFirst(), in.get(1)), NONE);
    }
}
