package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The adjoint of max pooling for given positions: `dy [n, c, oh, ow], index [n, c, oh, ow] -> shape [n, c, h,
/// w]`, each dy added at its position. `index` must come from `MaxPool2d` with the same window.
public record MaxPool2dInput(Window window, Shape shape) implements Kernel {
    @Override
    public String name() {
        return "max_pool2d_input";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        Check.indices(name(), in.get(1));
        DType t = Check.floating(name(), in.subList(0, 1));
        Shape expected = MaxPool2d.output(name(), window, shape);
        Check.equal(name(), "output gradient", expected, in.get(0).shape());
        Check.equal(name(), "index", expected, in.get(1).shape());
        return List.of(new Spec(shape, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new MaxPool2dPick(window).on(dOut.getFirst(), in.get(1)), NONE);
    }
}
