package dev.lamina.op;

import dev.lamina.Device;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Copies a tensor to another device; its gradient travels back.
public record Transfer(Device to) implements Op {
    @Override
    public String name() {
        return "to";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        return in;
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> dOut.getFirst().to(in.getFirst().device()));
    }
}
