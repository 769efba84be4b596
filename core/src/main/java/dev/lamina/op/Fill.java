package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// A tensor that is `value` everywhere; no inputs.
public record Fill(Spec spec, double value) implements Kernel {
    @Override
    public String name() {
        return "fill";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 0);
        return List.of(spec);
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of();
    }
}
