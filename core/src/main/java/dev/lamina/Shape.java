package dev.lamina;

import java.util.Arrays;
import java.util.List;

/// Row-major extents of a tensor, outermost first. A scalar has rank 0 and size 1; a size of 0 is an empty
/// tensor.
public final class Shape {
    /// The shape of a scalar.
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final long size;

    private Shape(int[] dims) {
        this.dims = dims;
        this.size = size(0, dims.length);
    }

    /// @throws ShapeException if a size is negative or the element count does not fit in 63 bits
    public static Shape of(int... dims) {
        long size = 1;
        for (int d : dims) {
            if (d < 0) throw new ShapeException("shape: negative size in " + Arrays.toString(dims));
            try {
                size = Math.multiplyExact(size, (long) d);
            } catch (ArithmeticException e) {
                throw new ShapeException("shape: " + Arrays.toString(dims) + " has more than 2^63 elements");
            }
        }
        return new Shape(dims.clone());
    }

    public static Shape of(List<Integer> dims) {
        return of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    public int rank() {
        return dims.length;
    }

    /// Size along `axis`; negative axes count from the end.
    ///
    /// @throws ShapeException if there is no such axis
    public int dim(int axis) {
        return dims[axis("shape", axis)];
    }

    /// A copy of the sizes.
    public int[] dims() {
        return dims.clone();
    }

    /// Number of elements.
    public long size() {
        return size;
    }

    /// Product of the sizes of axes `from` (inclusive) to `to` (exclusive).
    public long size(int from, int to) {
        long n = 1;
        for (int i = from; i < to; i++) n *= dims[i];
        return n;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// The non-negative number of `axis`, which may count from the end.
    ///
    /// @throws ShapeException naming `op` if there is no such axis
    public int axis(String op, int axis) {
        int a = axis < 0 ? axis + dims.length : axis;
        if (a < 0 || a >= dims.length)
            throw new ShapeException(
                    op + ": axis " + axis + " is out of range for " + this + " of rank " + dims.length);
        return a;
    }

    /// This shape with the size along `axis` replaced.
    public Shape with(int axis, int size) {
        int[] d = dims.clone();
        d[axis("shape", axis)] = size;
        return of(d);
    }

    /// This shape with one more axis of size `size` before position `axis` (0..rank).
    public Shape insert(int axis, int size) {
        int[] d = new int[dims.length + 1];
        System.arraycopy(dims, 0, d, 0, axis);
        d[axis] = size;
        System.arraycopy(dims, axis, d, axis + 1, dims.length - axis);
        return of(d);
    }

    /// This shape without `axis`.
    public Shape remove(int axis) {
        int[] d = new int[dims.length - 1];
        System.arraycopy(dims, 0, d, 0, axis);
        System.arraycopy(dims, axis + 1, d, axis, d.length - axis);
        return new Shape(d);
    }

    /// Axes `from` (inclusive) to `to` (exclusive).
    public Shape sub(int from, int to) {
        return new Shape(Arrays.copyOfRange(dims, from, to));
    }

    /// The sizes of the given axes, in their order.
    public Shape select(List<Integer> axes) {
        return of(axes.stream().mapToInt(this::dim).toArray());
    }

    /// The axes of this shape followed by those of `other`.
    public Shape concat(Shape other) {
        int[] d = Arrays.copyOf(dims, dims.length + other.dims.length);
        System.arraycopy(other.dims, 0, d, dims.length, other.dims.length);
        return of(d);
    }

    /// Elements between neighbours along each axis, for a contiguous tensor.
    public long[] strides() {
        long[] s = new long[dims.length];
        long n = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            s[i] = n;
            n *= dims[i];
        }
        return s;
    }

    /// The common shape under NumPy's broadcasting rule: align at the last axis, sizes equal or 1.
    ///
    /// @throws ShapeException naming `op`, the shapes and the axis that disagrees
    public static Shape broadcast(String op, List<Shape> in) {
        int rank = 0;
        for (Shape s : in) rank = Math.max(rank, s.rank());
        int[] out = new int[rank];
        Arrays.fill(out, 1);
        for (Shape s : in) {
            for (int i = 0; i < s.rank(); i++) {
                int o = rank - s.rank() + i;
                int d = s.dims[i];
                if (d == 1) continue;
                if (out[o] != 1 && out[o] != d)
                    throw new ShapeException(op + ": shapes " + in + " do not broadcast: axis " + (o - rank) + " is "
                            + out[o] + " against " + d);
                out[o] = d;
            }
        }
        return of(out);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
