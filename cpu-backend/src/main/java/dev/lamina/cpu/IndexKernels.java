package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.IndexException;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Gather;
import dev.lamina.op.ScatterAdd;

/// Picking slices by index, and its adjoint. Both see `[before, size or picked, after]`.
final class IndexKernels {
    private static final int GRAIN = 16 * 1024;

    private final Simd simd;
    private final Workers workers;

    IndexKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    void gather(Gather op, View x, View index, View y) {
        Shape s = x.shape();
        int size = s.dim(op.axis());
        int picked = (int) index.shape().size();
        int before = (int) s.size(0, op.axis());
        int after = (int) s.size(op.axis() + 1, s.rank());
        int[] at = (int[]) index.memory();
        int io = (int) index.offset();
        check(op.name(), at, io, picked, size);
        int xo = (int) x.offset();
        int yo = (int) y.offset();
        workers.loop(before * picked, Math.max(1, GRAIN / Math.max(1, after)), (from, to) -> {
            for (int r = from; r < to; r++) {
                int source = xo + (r / picked * size + at[io + r % picked]) * after;
                System.arraycopy(x.memory(), source, y.memory(), yo + r * after, after);
            }
        });
    }

    /// Slices with one index are added in the order of their position: work is shared out over `before` and
    /// parts of `after`, never over the picks.
    void scatterAdd(ScatterAdd op, View x, View index, View y) {
        Shape s = y.shape();
        int size = s.dim(op.axis());
        int picked = (int) index.shape().size();
        int before = (int) s.size(0, op.axis());
        int after = (int) s.size(op.axis() + 1, s.rank());
        int[] at = (int[]) index.memory();
        int io = (int) index.offset();
        check(op.name(), at, io, picked, size);
        int width = Math.max(1, Math.min(after, GRAIN / Math.max(1, picked)));
        int parts = (after + width - 1) / width;
        int grain = Math.max(1, GRAIN / Math.max(1, picked * width));
        workers.loop(before * parts, grain, (from, to) -> {
            for (int job = from; job < to; job++) {
                int b = job / parts;
                int first = job % parts * width;
                int n = Math.min(width, after - first);
                zero(y, b * size * after + first, after, size, n);
                for (int p = 0; p < picked; p++)
                    add(x, (b * picked + p) * after + first, y, (b * size + at[io + p]) * after + first, n);
            }
        });
    }

    private static void zero(View y, int at, int step, int rows, int n) {
        Elements e = Elements.of(y);
        for (int r = 0; r < rows; r++) for (int i = 0; i < n; i++) e.set(at + r * step + i, 0);
    }

    private void add(View x, int from, View y, int to, int n) {
        if (x.dtype() == DType.F32 && n > 1) {
            simd.axpy(n, 1, (float[]) x.memory(), (int) x.offset() + from, (float[]) y.memory(), (int) y.offset() + to);
            return;
        }
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        for (int i = 0; i < n; i++) b.set(to + i, b.get(to + i) + a.get(from + i));
    }

    /// Looks at n indices before a kernel reads or writes where they say.
    static void check(String op, int[] at, int offset, int n, int size) {
        for (int i = 0; i < n; i++)
            if (at[offset + i] < 0 || at[offset + i] >= size)
                throw new IndexException(
                        op + ": index " + at[offset + i] + " at position " + i + " is outside 0.." + (size - 1));
    }
}
