package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The adjoint of `AvgPool2d`: `dy [n, c, oh, ow] -> shape [n, c, h, w]`, each dy spread evenly over its
/// window.
public record AvgPool2dInput(Window window, boolean includePad, Shape shape) implements Kernel {
    @Override
    public String name() {
        return "avg_pool2d_input";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        DType t = Check.floating(name(), in);
        Check.equal(
                name(),
                "output gradient",
                MaxPool2d.output(name(), window, shape),
                in.getFirst().shape());
        return List.of(new Spec(shape, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new AvgPool2d(window, includePad).on(dOut.getFirst()));
    }
}
