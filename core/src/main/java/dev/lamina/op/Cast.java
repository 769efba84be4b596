package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Converts the element type. Floating to integer truncates towards zero; NaN becomes 0.
public record Cast(DType to) implements Kernel {
    @Override
    public String name() {
        return "cast";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        return List.of(new Spec(in.getFirst().shape(), to));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        DType from = in.getFirst().dtype();
        if (!from.floating() || !to.floating()) return List.of(NONE);
        return List.of(() -> dOut.getFirst().cast(from));
    }
}
