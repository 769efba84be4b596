package dev.lamina;

import java.lang.foreign.MemorySegment;

/// Brings the elements of a tensor to the host.
final class Host {
    private Host() {}

    /// A primitive array of the tensor's own type.
    static Object array(Tensor t) {
        int n = Math.toIntExact(t.shape().size());
        Object a = switch (t.dtype()) {
            case F32 -> new float[n];
            case F64 -> new double[n];
            case I32 -> new int[n];
            case U8 -> new byte[n];
        };
        t.device().download(t, segment(a));
        return a;
    }

    static MemorySegment segment(Object array) {
        return switch (array) {
            case float[] f -> MemorySegment.ofArray(f);
            case double[] d -> MemorySegment.ofArray(d);
            case int[] i -> MemorySegment.ofArray(i);
            case byte[] b -> MemorySegment.ofArray(b);
            default -> throw new IllegalArgumentException("not an array of elements: " + array.getClass());
        };
    }

    static double[] doubles(Tensor t) {
        Object a = array(t);
        if (a instanceof double[] d) return d;
        var out = new double[java.lang.reflect.Array.getLength(a)];
        switch (a) {
            case float[] f -> {
                for (int i = 0; i < out.length; i++) out[i] = f[i];
            }
            case int[] v -> {
                for (int i = 0; i < out.length; i++) out[i] = v[i];
            }
            case byte[] b -> {
                for (int i = 0; i < out.length; i++) out[i] = b[i] & 0xFF;
            }
            default -> throw new IllegalArgumentException("not an array of elements: " + a.getClass());
        }
        return out;
    }

    static float[] floats(Tensor t) {
        if (t.dtype() == DType.F32) return (float[]) array(t);
        double[] d = doubles(t);
        var out = new float[d.length];
        for (int i = 0; i < out.length; i++) out[i] = (float) d[i];
        return out;
    }

    static int[] ints(Tensor t) {
        Object a = array(t);
        return switch (a) {
            case int[] v -> v;
            case byte[] b -> {
                var out = new int[b.length];
                for (int i = 0; i < out.length; i++) out[i] = b[i] & 0xFF;
                yield out;
            }
            default -> throw new DTypeException("toInts: needs i32 or u8, got " + t.spec() + "; convert with cast");
        };
    }
}
