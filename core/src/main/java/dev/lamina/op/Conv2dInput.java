package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The adjoint of `Conv2d` with respect to its input: `dy [n, o, oh, ow], weight [o, c / groups, kh, kw] ->
/// shape [n, c, h, w]`. As a forward op it is the transposed convolution.
public record Conv2dInput(Window window, int groups, Shape shape) implements Kernel {
    @Override
    public String name() {
        return "conv2d_input";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        DType t = Check.floating(name(), in);
        Shape expected = Conv2d.output(name(), window, groups, shape, in.get(1).shape());
        Check.equal(name(), "output gradient", expected, in.get(0).shape());
        return List.of(new Spec(shape, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor dy = in.get(0);
        Tensor weight = in.get(1);
        Tensor g = dOut.getFirst();
        return List.of(
                () -> new Conv2d(window, groups).on(g, weight),
                () -> new Conv2dWeight(window, groups, weight.shape()).on(g, dy));
    }
}
