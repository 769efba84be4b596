package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Repeats axes of size 1, and adds leading axes, until the shape is `shape`.
public record BroadcastTo(Shape shape) implements Kernel {
    @Override
    public String name() {
        return "broadcast_to";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Spec x = in.getFirst();
        if (!Shape.broadcast(name(), List.of(x.shape(), shape)).equals(shape))
            throw new ShapeException("broadcast_to: " + x.shape() + " does not broadcast to " + shape);
        return List.of(new Spec(shape, x.dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> dOut.getFirst().sumTo(in.getFirst().shape()));
    }
}
