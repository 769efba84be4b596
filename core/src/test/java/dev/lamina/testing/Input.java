package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.Tensor;

/// One input of an op case. A floating-point input is made in the type that a check computes in, unless the
/// case fixes its types.
record Input(Shape shape, DType dtype, Values values) {
    static Input real(Values values, int... shape) {
        return new Input(Shape.of(shape), DType.F32, values);
    }

    /// Between -2 and 2.
    static Input real(int... shape) {
        return real(Values.between(-2, 2), shape);
    }

    static Input ints(Values values, int... shape) {
        return new Input(Shape.of(shape), DType.I32, values);
    }

    int size() {
        return Math.toIntExact(shape.size());
    }

    double[] make(Rng rng) {
        double[] v = values.make(rng, size());
        for (int i = 0; i < v.length; i++) v[i] = (float) v[i];
        return v;
    }

    /// These elements as a tensor of this shape.
    static Tensor tensor(Device device, Shape shape, DType dtype, double[] v) {
        return device.with(() -> switch (dtype) {
            case F64 -> Tensor.of(v, shape.dims());
            case F32 -> Tensor.of(floats(v), shape.dims());
            case I32 -> Tensor.of(ints(v), shape.dims());
            case U8 -> Tensor.of(bytes(v), shape.dims());
        });
    }

    static float[] floats(double[] v) {
        var f = new float[v.length];
        for (int i = 0; i < f.length; i++) f[i] = (float) v[i];
        return f;
    }

    static int[] ints(double[] v) {
        var a = new int[v.length];
        for (int i = 0; i < a.length; i++) a[i] = (int) v[i];
        return a;
    }

    static byte[] bytes(double[] v) {
        var a = new byte[v.length];
        for (int i = 0; i < a.length; i++) a[i] = (byte) (int) v[i];
        return a;
    }
}
