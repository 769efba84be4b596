package dev.lamina;

/// What is known of a tensor before it is computed: its shape and element type.
public record Spec(Shape shape, DType dtype) {
    /// Bytes of the elements.
    public long bytes() {
        return shape.size() * dtype.bytes();
    }

    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
