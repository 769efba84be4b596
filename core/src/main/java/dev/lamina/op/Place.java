package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/// Puts x into a tensor of shape `into` that is `fill` elsewhere: `y[starts + i * steps] = x[i]`. The adjoint
/// of `Slice`; with steps of 1 it is constant padding.
public record Place(Shape into, List<Integer> starts, List<Integer> steps, double fill) implements Kernel {
    public Place {
        starts = List.copyOf(starts);
        steps = List.copyOf(steps);
    }

    /// Padding: neighbouring elements.
    public Place(Shape into, List<Integer> starts, double fill) {
        this(into, starts, Collections.nCopies(starts.size(), 1), fill);
    }

    @Override
    public String name() {
        return "place";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Slice.checkInside(name(), into, starts, in.getFirst().shape(), steps);
        return List.of(new Spec(into, in.getFirst().dtype()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new Slice(starts, in.getFirst().shape(), steps).on(dOut.getFirst()));
    }
}
