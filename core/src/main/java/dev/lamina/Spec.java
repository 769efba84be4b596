package dev.lamina;

import java.util.ArrayList;
import java.util.List;

/// What is known of a tensor before it is computed: its shape and element type.
public record Spec(Shape shape, DType dtype) {
    /// Bytes of the elements.
    public long bytes() {
        return shape.size() * dtype.bytes();
    }

    /// The shapes of `specs`, in order.
    public static List<Shape> shapes(List<Spec> specs) {
        var shapes = new ArrayList<Shape>(specs.size());
        for (Spec s : specs) shapes.add(s.shape());
        return shapes;
    }

    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
