package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// `exp(x - max) / sum(exp(x - max))` along `axis`.
public record Softmax(int axis) implements Composite {
    @Override
    public String name() {
        return "softmax";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        return inferAlong(name(), axis, in);
    }

    static List<Spec> inferAlong(String op, int axis, List<Spec> in) {
        Check.count(op, in, 1);
        Check.floating(op, in);
        in.getFirst().shape().axis(op, axis);
        return in;
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        if (in.getFirst().shape().isEmpty()) return List.of(in.getFirst().mul(1));
        Tensor x = in.getFirst();
        Tensor e = x.sub(x.max(axis, true)).exp();
        return List.of(e.div(e.sum(axis, true)));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor y = out.getFirst();
        Tensor dy = dOut.getFirst();
        return List.of(() -> dy.sub(dy.mul(y).sum(axis, true)).mul(y));
    }
}
