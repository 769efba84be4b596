package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;

/// The elements of a view as numbers, whatever their type: a double holds each of them exactly.
final class Cells {
    private final Object array;
    private final int offset;
    private final Shape shape;
    private final DType dtype;

    Cells(View v) {
        array = v.memory();
        offset = Math.toIntExact(v.offset());
        shape = v.shape();
        dtype = v.dtype();
    }

    Shape shape() {
        return shape;
    }

    DType dtype() {
        return dtype;
    }

    int size() {
        return Math.toIntExact(shape.size());
    }

    double get(int i) {
        return switch (array) {
            case float[] a -> a[offset + i];
            case double[] a -> a[offset + i];
            case int[] a -> a[offset + i];
            case byte[] a -> a[offset + i] & 0xFF;
            default -> throw new IllegalArgumentException("not reference memory: " + array.getClass());
        };
    }

    /// Rounds to the type; a fraction is cut off for integers, which wrap.
    void set(int i, double v) {
        switch (array) {
            case float[] a -> a[offset + i] = (float) v;
            case double[] a -> a[offset + i] = v;
            case int[] a -> a[offset + i] = (int) (long) v;
            case byte[] a -> a[offset + i] = (byte) (long) v;
            default -> throw new IllegalArgumentException("not reference memory: " + array.getClass());
        }
    }

    int index(int i) {
        return (int) get(i);
    }

    /// The coordinates of element `i` of a contiguous tensor.
    static int[] coordinates(int i, Shape s) {
        int[] at = new int[s.rank()];
        for (int a = s.rank() - 1; a >= 0; a--) {
            at[a] = i % s.dim(a);
            i /= s.dim(a);
        }
        return at;
    }

    /// The position of the element at `at`.
    static int position(int[] at, Shape s) {
        int p = 0;
        for (int a = 0; a < s.rank(); a++) p = p * s.dim(a) + at[a];
        return p;
    }

    /// The position in `from` of what is broadcast to `at`, aligned at the last axis.
    static int broadcast(int[] at, Shape from) {
        int p = 0;
        int skipped = at.length - from.rank();
        for (int a = 0; a < from.rank(); a++) p = p * from.dim(a) + (from.dim(a) == 1 ? 0 : at[skipped + a]);
        return p;
    }
}
