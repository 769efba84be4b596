package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Joins tensors along `axis`; the other sizes must agree.
public record Concat(int axis) implements Kernel {
    @Override
    public String name() {
        return "concat";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        if (in.isEmpty()) throw new ShapeException("concat: no tensors given");
        DType t = Check.same(name(), in);
        Shape first = in.getFirst().shape();
        first.axis(name(), axis);
        int total = 0;
        for (Spec s : in) {
            if (s.shape().rank() != first.rank() || !s.shape().with(axis, 1).equals(first.with(axis, 1)))
                throw new ShapeException("concat: along axis " + axis + " the other sizes must agree: "
                        + in.stream().map(Spec::shape).toList());
            total += s.shape().dim(axis);
        }
        return List.of(new Spec(first.with(axis, total), t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        var gradients = new ArrayList<Supplier<Tensor>>();
        int start = 0;
        for (Tensor x : in) {
            int from = start;
            gradients.add(
                    () -> dOut.getFirst().slice(axis, from, from + x.shape().dim(axis)));
            start += x.shape().dim(axis);
        }
        return gradients;
    }
}
