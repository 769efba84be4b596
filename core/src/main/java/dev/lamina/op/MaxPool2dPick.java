package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The elements of `x [n, c, h, w]` at given positions `index [n, c, oh, ow]` of each plane: the adjoint of
/// `MaxPool2dInput`. `index` must come from `MaxPool2d` with the same window.
public record MaxPool2dPick(Window window) implements Kernel {
    @Override
    public String name() {
        return "max_pool2d_pick";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        Check.indices(name(), in.get(1));
        DType t = Check.floating(name(), in.subList(0, 1));
        Shape y = MaxPool2d.output(name(), window, in.get(0).shape());
        Check.equal(name(), "index", y, in.get(1).shape());
        return List.of(new Spec(y, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Shape x = in.get(0).shape();
        return List.of(() -> new MaxPool2dInput(window, x).on(dOut.getFirst(), in.get(1)), NONE);
    }
}
