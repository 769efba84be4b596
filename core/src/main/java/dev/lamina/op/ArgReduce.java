package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The i32 index of the largest or smallest element along `axis`, which stays with size 1. The first of equal
/// elements wins, and the first NaN wins over everything.
public record ArgReduce(boolean max, int axis) implements Kernel {
    @Override
    public String name() {
        return max ? "arg_max" : "arg_min";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Spec x = in.getFirst();
        if (x.dtype() == DType.U8)
            throw new DTypeException(name() + ": not defined for u8; convert with cast(DType.F32)");
        x.shape().axis(name(), axis);
        if (x.shape().dim(axis) == 0)
            throw new ShapeException(name() + ": axis " + axis + " of " + x.shape() + " is empty");
        return List.of(new Spec(x.shape().with(axis, 1), DType.I32));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(NONE);
    }
}
