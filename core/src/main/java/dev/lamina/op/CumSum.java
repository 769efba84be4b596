package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Running sum along `axis`, each element included; from the end if `reverse`.
public record CumSum(int axis, boolean reverse) implements Kernel {
    @Override
    public String name() {
        return "cum_sum";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        in.getFirst().shape().axis(name(), axis);
        if (in.getFirst().dtype() == DType.U8)
            throw new DTypeException("cum_sum: no arithmetic on u8; convert with cast(DType.F32)");
        return in;
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new CumSum(axis, !reverse).on(dOut.getFirst()));
    }
}
