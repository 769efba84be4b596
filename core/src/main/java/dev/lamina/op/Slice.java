package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/// Takes `shape.dim(a)` elements along each axis a: `y[i] = x[starts + i * steps]`. Steps may be negative,
/// which reverses. A slice that is contiguous in its input is a free view.
public record Slice(List<Integer> starts, Shape shape, List<Integer> steps) implements Kernel {
    public Slice {
        starts = List.copyOf(starts);
        steps = List.copyOf(steps);
    }

    /// Neighbouring elements.
    public Slice(List<Integer> starts, Shape shape) {
        this(starts, shape, Collections.nCopies(starts.size(), 1));
    }

    @Override
    public String name() {
        return "slice";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        checkInside(name(), in.getFirst().shape(), starts, shape, steps);
        return List.of(new Spec(shape, in.getFirst().dtype()));
    }

    /// The first element of the view if this slice of `x` is contiguous, else -1: after leading axes of size 1
    /// one axis may be cut, and all later ones are whole.
    public long viewOffset(Shape x) {
        long[] strides = x.strides();
        long offset = 0;
        boolean whole = false;
        for (int a = 0; a < x.rank(); a++) {
            if (whole && shape.dim(a) != x.dim(a)) return -1;
            if (steps.get(a) != 1 && shape.dim(a) > 1) return -1;
            if (shape.dim(a) > 1) whole = true;
            offset += starts.get(a) * strides[a];
        }
        return offset;
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new Place(in.getFirst().shape(), starts, steps, 0).on(dOut.getFirst()));
    }

    static void checkInside(String op, Shape whole, List<Integer> starts, Shape part, List<Integer> steps) {
        if (part.rank() != whole.rank() || starts.size() != whole.rank() || steps.size() != whole.rank())
            throw new ShapeException(op + ": " + part + " at " + starts + " has another rank than " + whole);
        for (int a = 0; a < whole.rank(); a++) {
            if (part.dim(a) == 0) continue;
            int first = starts.get(a);
            int last = first + (part.dim(a) - 1) * steps.get(a);
            if (steps.get(a) == 0 || Math.min(first, last) < 0 || Math.max(first, last) >= whole.dim(a))
                throw new ShapeException(op + ": axis " + a + ": " + part.dim(a) + " elements from " + first + " by "
                        + steps.get(a) + " are not inside " + whole);
        }
    }
}
