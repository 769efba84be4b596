package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Cuts the first axis into parts of these sizes: free views. The gradient joins those of the parts once,
/// where as many slices would add up tensors that are zero but for one part.
public record Split(List<Integer> sizes) implements Op {
    public Split {
        sizes = List.copyOf(sizes);
    }

    @Override
    public String name() {
        return "split";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Shape x = in.getFirst().shape();
        if (x.rank() == 0) throw new ShapeException("split: needs an axis, got " + x);
        if (sizes.stream().mapToInt(Integer::intValue).sum() != x.dim(0)
                || sizes.stream().anyMatch(n -> n < 0))
            throw new ShapeException("split: sizes " + sizes + " do not make up axis 0 of " + x);
        return sizes.stream()
                .map(n -> new Spec(x.with(0, n), in.getFirst().dtype()))
                .toList();
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> {
            var parts = new ArrayList<>(dOut);
            for (int i = 0; i < parts.size(); i++) if (parts.get(i) == null) parts.set(i, Tensor.zerosLike(out.get(i)));
            return parts.size() == 1 ? parts.getFirst() : Tensor.concat(0, parts);
        });
    }
}
