package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The position along `axis`: 0, 1, 2, ...; no inputs.
public record Iota(Spec spec, int axis) implements Kernel {
    @Override
    public String name() {
        return "iota";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 0);
        spec.shape().axis(name(), axis);
        return List.of(spec);
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of();
    }
}
