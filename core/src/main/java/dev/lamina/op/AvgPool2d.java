package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The mean of each window of `x [n, c, h, w]` to `[n, c, oh, ow]`.
///
/// @param includePad divide by the window's size inside the padded input; otherwise by its elements inside the
/// input
public record AvgPool2d(Window window, boolean includePad) implements Kernel {
    @Override
    public String name() {
        return "avg_pool2d";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        DType t = Check.floating(name(), in);
        return List.of(new Spec(MaxPool2d.output(name(), window, in.getFirst().shape()), t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(
                () -> new AvgPool2dInput(window, includePad, in.getFirst().shape()).on(dOut.getFirst()));
    }
}
