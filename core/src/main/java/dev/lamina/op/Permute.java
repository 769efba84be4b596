package dev.lamina.op;

import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Reorders axes: axis i of the output is axis `axes[i]` of the input.
public record Permute(List<Integer> axes) implements Kernel {
    public Permute {
        axes = List.copyOf(axes);
    }

    @Override
    public String name() {
        return "permute";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Spec x = in.getFirst();
        if (!axes.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, x.shape().rank()).boxed().toList()))
            throw new ShapeException("permute: " + axes + " is not an order of the axes of " + x.shape());
        return List.of(new Spec(x.shape().select(axes), x.dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        int[] inverse = new int[axes.size()];
        for (int i = 0; i < inverse.length; i++) inverse[axes.get(i)] = i;
        return List.of(() -> dOut.getFirst().permute(inverse));
    }
}
