package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Concat;
import dev.lamina.op.Iota;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Slice;
import java.util.List;

/// Ops that move or make elements: each is a strided copy between the input and the output.
final class LayoutKernels {
    private static final int GRAIN = 32 * 1024;

    private final Workers workers;
    private final StridedCopy copy;

    LayoutKernels(Workers workers) {
        this.workers = workers;
        this.copy = new StridedCopy(workers);
    }

    private void copy(Shape sizes, View from, long start, long[] fromStrides, View to, long target, long[] toStrides) {
        if (sizes.isEmpty()) return;
        copy.run(
                from.dtype(),
                sizes.dims(),
                from.memory(),
                Math.toIntExact(from.offset() + start),
                fromStrides,
                to.memory(),
                Math.toIntExact(to.offset() + target),
                toStrides);
    }

    void permute(Permute op, View x, View y) {
        long[] strides = x.shape().strides();
        long[] from = op.axes().stream().mapToLong(a -> strides[a]).toArray();
        copy(y.shape(), x, 0, from, y, 0, y.shape().strides());
    }

    void broadcast(View x, View y) {
        long[] own = x.shape().strides();
        long[] from = new long[y.shape().rank()];
        int lead = from.length - own.length;
        for (int a = 0; a < own.length; a++) from[lead + a] = x.shape().dim(a) == 1 ? 0 : own[a];
        copy(y.shape(), x, 0, from, y, 0, y.shape().strides());
    }

    void slice(Slice op, View x, View y) {
        var part = new Part(x.shape(), op.starts(), op.steps());
        copy(y.shape(), x, part.start, part.strides, y, 0, y.shape().strides());
    }

    void place(Place op, View x, View y) {
        fill(op.fill(), y);
        var part = new Part(y.shape(), op.starts(), op.steps());
        copy(x.shape(), x, 0, x.shape().strides(), y, part.start, part.strides);
    }

    void concat(Concat op, List<View> in, View y) {
        long[] strides = y.shape().strides();
        long at = 0;
        for (View x : in) {
            copy(x.shape(), x, 0, x.shape().strides(), y, at, strides);
            at += x.shape().dim(op.axis()) * strides[op.axis()];
        }
    }

    /// Where a slice lies in the whole.
    private static final class Part {
        final long[] strides;
        long start;

        Part(Shape whole, List<Integer> starts, List<Integer> steps) {
            strides = whole.strides();
            for (int a = 0; a < strides.length; a++) {
                start += starts.get(a) * strides[a];
                strides[a] *= steps.get(a);
            }
        }
    }

    void fill(double value, View y) {
        int o = Math.toIntExact(y.offset());
        workers.loop(Math.toIntExact(y.shape().size()), GRAIN, (from, to) -> {
            switch (y.dtype()) {
                case F32 -> java.util.Arrays.fill((float[]) y.memory(), o + from, o + to, (float) value);
                case F64 -> java.util.Arrays.fill((double[]) y.memory(), o + from, o + to, value);
                case I32 -> java.util.Arrays.fill((int[]) y.memory(), o + from, o + to, (int) (long) value);
                case U8 -> java.util.Arrays.fill((byte[]) y.memory(), o + from, o + to, (byte) (long) value);
            }
        });
    }

    void iota(Iota op, View y) {
        Elements e = Elements.of(y);
        int size = y.shape().dim(op.axis());
        int after = (int) y.shape().size(op.axis() + 1, y.shape().rank());
        workers.loop(Math.toIntExact(y.shape().size()), GRAIN, (from, to) -> {
            for (int i = from; i < to; i++) e.set(i, i / after % size);
        });
    }
}
