package dev.lamina.cpu;

import dev.lamina.backend.Backend.View;

/// The elements of a tensor of any type as doubles, which hold all of them exactly: for the types that have no
/// loops of their own.
sealed interface Elements {
    double get(int i);

    /// Stores a value; integers truncate towards zero and wrap.
    void set(int i, double v);

    static Elements of(View v) {
        int from = Math.toIntExact(v.offset());
        return switch (v.dtype()) {
            case F32 -> new Floats((float[]) v.memory(), from);
            case F64 -> new Doubles((double[]) v.memory(), from);
            case I32 -> new Ints((int[]) v.memory(), from);
            case U8 -> new Bytes((byte[]) v.memory(), from);
        };
    }

    record Floats(float[] a, int from) implements Elements {
        @Override
        public double get(int i) {
            return a[from + i];
        }

        @Override
        public void set(int i, double v) {
            a[from + i] = (float) v;
        }
    }

    record Doubles(double[] a, int from) implements Elements {
        @Override
        public double get(int i) {
            return a[from + i];
        }

        @Override
        public void set(int i, double v) {
            a[from + i] = v;
        }
    }

    record Ints(int[] a, int from) implements Elements {
        @Override
        public double get(int i) {
            return a[from + i];
        }

        @Override
        public void set(int i, double v) {
            a[from + i] = (int) (long) v;
        }
    }

    record Bytes(byte[] a, int from) implements Elements {
        @Override
        public double get(int i) {
            return a[from + i] & 0xFF;
        }

        @Override
        public void set(int i, double v) {
            a[from + i] = (byte) (long) v;
        }
    }
}
