package dev.lamina.data;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.DataException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.lang.reflect.Array;
import java.util.List;

/// Elements on the host with their shape and type: what samples are made of before a loader puts a batch of
/// them on a device. Treat the array as read-only: data sets hand out their own.
public final class Values {
    private final Spec spec;
    private final Object array;

    private Values(Object array, DType dtype, int[] shape) {
        int n = Array.getLength(array);
        this.spec = new Spec(shape.length == 0 && n != 1 ? Shape.of(n) : Shape.of(shape), dtype);
        this.array = array;
        if (spec.shape().size() != n) throw new ShapeException("values: " + n + " elements for shape " + shape());
    }

    /// f32; without sizes a vector, or a scalar if there is one value. The same holds for the other types.
    public static Values of(float[] array, int... shape) {
        return new Values(array, DType.F32, shape);
    }

    public static Values of(double[] array, int... shape) {
        return new Values(array, DType.F64, shape);
    }

    public static Values of(int[] array, int... shape) {
        return new Values(array, DType.I32, shape);
    }

    /// u8: the bytes are unsigned.
    public static Values of(byte[] array, int... shape) {
        return new Values(array, DType.U8, shape);
    }

    /// A scalar i32, such as a class label.
    public static Values label(int label) {
        return of(new int[] {label});
    }

    /// The elements of a tensor.
    public static Values of(Tensor t) {
        int[] shape = t.shape().dims();
        return switch (t.dtype()) {
            case F32 -> of(t.toFloats(), shape);
            case F64 -> of(t.toDoubles(), shape);
            case I32 -> of(t.toInts(), shape);
            case U8 -> of(bytes(t.toInts()), shape);
        };
    }

    private static byte[] bytes(int[] v) {
        var out = new byte[v.length];
        for (int i = 0; i < v.length; i++) out[i] = (byte) v[i];
        return out;
    }

    public Spec spec() {
        return spec;
    }

    public Shape shape() {
        return spec.shape();
    }

    public DType dtype() {
        return spec.dtype();
    }

    /// The primitive array itself: `float[]`, `double[]`, `int[]` or `byte[]`.
    public Object array() {
        return array;
    }

    /// The elements as f32: the array itself if it is that, otherwise converted.
    public float[] floats() {
        if (array instanceof float[] f) return f;
        var out = new float[size()];
        switch (array) {
            case double[] d -> {
                for (int i = 0; i < out.length; i++) out[i] = (float) d[i];
            }
            case int[] v -> {
                for (int i = 0; i < out.length; i++) out[i] = v[i];
            }
            case byte[] b -> {
                for (int i = 0; i < out.length; i++) out[i] = b[i] & 0xFF;
            }
            default -> throw new IllegalStateException(spec.toString());
        }
        return out;
    }

    /// The elements of i32 or u8 values as `int[]`.
    public int[] ints() {
        return switch (array) {
            case int[] v -> v;
            case byte[] b -> {
                var out = new int[b.length];
                for (int i = 0; i < b.length; i++) out[i] = b[i] & 0xFF;
                yield out;
            }
            default -> throw new DTypeException("values: needs i32 or u8, got " + spec);
        };
    }

    /// The only element of i32 or u8 values.
    public int label() {
        if (size() != 1) throw new ShapeException("values: a label is one element, got " + spec);
        return ints()[0];
    }

    int size() {
        return Array.getLength(array);
    }

    /// The same elements with another shape.
    public Values reshape(int... shape) {
        return new Values(array, dtype(), shape);
    }

    /// Element `index` along the first axis, copied.
    public Values at(int index) {
        Shape row = shape().sub(1, shape().rank());
        int n = Math.toIntExact(row.size());
        Object out = make(n);
        System.arraycopy(array, index * n, out, 0, n);
        return new Values(out, dtype(), row.dims());
    }

    /// An array of this type.
    Object make(int length) {
        return Array.newInstance(array.getClass().componentType(), length);
    }

    /// Values of this type from an array that `make` gave.
    Values with(Object array, int... shape) {
        return new Values(array, dtype(), shape);
    }

    /// Values of one shape and type along a new first axis.
    ///
    /// @throws DataException naming the position of the first that differs
    public static Values stack(List<Values> all) {
        Values first = all.getFirst();
        int n = first.size();
        Object out = first.make(Math.multiplyExact(all.size(), n));
        for (int i = 0; i < all.size(); i++) {
            Values v = all.get(i);
            if (!v.spec.equals(first.spec))
                throw new DataException("stack: element 0 is " + first.spec + ", element " + i + " is " + v.spec
                        + "; bring all to one size and type with map");
            System.arraycopy(v.array, 0, out, i * n, n);
        }
        return new Values(
                out, first.dtype(), first.shape().insert(0, all.size()).dims());
    }

    /// A tensor on the current device.
    public Tensor toTensor() {
        int[] dims = shape().dims();
        return switch (array) {
            case float[] f -> Tensor.of(f, dims);
            case double[] d -> Tensor.of(d, dims);
            case int[] i -> Tensor.of(i, dims);
            case byte[] b -> Tensor.of(b, dims);
            default -> throw new IllegalStateException(spec.toString());
        };
    }

    @Override
    public String toString() {
        return "Values " + spec;
    }
}
