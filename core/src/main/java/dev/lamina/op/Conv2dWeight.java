package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The adjoint of `Conv2d` with respect to its weight: `x [n, c, h, w], dy [n, o, oh, ow] -> shape
/// [o, c / groups, kh, kw]`, summed over the batch.
public record Conv2dWeight(Window window, int groups, Shape shape) implements Kernel {
    @Override
    public String name() {
        return "conv2d_weight";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        DType t = Check.floating(name(), in);
        Shape expected = Conv2d.output(name(), window, groups, in.get(0).shape(), shape);
        Check.equal(name(), "output gradient", expected, in.get(1).shape());
        return List.of(new Spec(shape, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor x = in.get(0);
        Tensor dy = in.get(1);
        Tensor g = dOut.getFirst();
        return List.of(
                () -> new Conv2dInput(window, groups, x.shape()).on(dy, g), () -> new Conv2d(window, groups).on(x, g));
    }
}
