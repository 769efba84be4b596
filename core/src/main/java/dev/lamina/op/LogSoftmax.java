package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The logarithm of `Softmax` along `axis`, without its loss of precision: `x - max - log(sum(exp(x - max)))`.
public record LogSoftmax(int axis) implements Composite {
    @Override
    public String name() {
        return "log_softmax";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        return Softmax.inferAlong(name(), axis, in);
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        if (in.getFirst().shape().isEmpty()) return List.of(in.getFirst().mul(1));
        Tensor x = in.getFirst();
        Tensor z = x.sub(x.max(axis, true));
        return List.of(z.sub(z.exp().sum(axis, true).log()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor y = out.getFirst();
        Tensor dy = dOut.getFirst();
        return List.of(() -> dy.sub(y.exp().mul(dy.sum(axis, true))));
    }
}
