package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Reduce;

/// Reductions. Any set of axes becomes passes over `[outer, n, inner] -> [outer, inner]`, the last group of
/// axes first.
final class ReduceKernels {
    private static final int GRAIN = 16 * 1024;

    private final FloatReduce floats;
    private final Workers workers;

    ReduceKernels(Simd simd, Workers workers) {
        this.floats = new FloatReduce(simd, workers);
        this.workers = workers;
    }

    void run(Reduce op, View x, View y) {
        int[] sizes = op.layout(x.shape()).sizes();
        if (x.dtype() != DType.F32) {
            plain(op, sizes, x, y);
            return;
        }
        Reduction kind = Reduction.of(op.kind());
        float[] from = (float[]) x.memory();
        int at = (int) x.offset();
        float[] scratch = null;
        for (int group = sizes.length / 2 * 2 - 1; group >= 1; group -= 2) {
            int outer = product(sizes, 0, group); // reduced or not: later passes take care of it
            int inner = innerSize(sizes, group);
            boolean last = group == 1;
            float[] to = last ? (float[]) y.memory() : Scratch.floats(outer * inner);
            floats.run(kind, outer, sizes[group], inner, from, at, to, last ? (int) y.offset() : 0);
            if (scratch != null) Scratch.give(scratch);
            scratch = last ? null : to;
            from = to;
            at = 0;
        }
        if (sizes.length < 2)
            System.arraycopy(from, at, (float[]) y.memory(), (int) y.offset(), (int)
                    x.shape().size());
    }

    private static int product(int[] sizes, int from, int to) {
        int n = 1;
        for (int i = from; i < to; i++) n *= sizes[i];
        return n;
    }

    /// Kept sizes after the group; the reduced ones are gone already.
    private static int innerSize(int[] sizes, int group) {
        int n = 1;
        for (int i = group + 1; i < sizes.length; i += 2) n *= sizes[i];
        return n;
    }

    private void plain(Reduce op, int[] sizes, View x, View y) {
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        int count = 1;
        for (int i = 1; i < sizes.length; i += 2) count *= sizes[i];
        int reduced = count;
        Reduction kind = Reduction.of(op.kind());
        workers.loop(Math.toIntExact(y.shape().size()), Math.max(1, GRAIN / Math.max(1, reduced)), (from, to) -> {
            for (int i = from; i < to; i++) b.set(i, combine(kind, a, sizes, i, reduced));
        });
    }

    private static double combine(Reduction kind, Elements x, int[] sizes, int kept, int reduced) {
        double acc = kind.identity;
        for (int r = 0; r < reduced; r++) acc = kind.join(acc, x.get(position(sizes, kept, r)));
        return acc;
    }

    /// The element with index `kept` over the kept axes and `reduced` over the others.
    private static int position(int[] sizes, int kept, int reduced) {
        int at = 0;
        int stride = 1;
        for (int g = sizes.length - 1; g >= 0; g--) {
            if (g % 2 == 0) {
                at += kept % sizes[g] * stride;
                kept /= sizes[g];
            } else {
                at += reduced % sizes[g] * stride;
                reduced /= sizes[g];
            }
            stride *= sizes[g];
        }
        return at;
    }

    void arg(ArgReduce op, View x, View y) {
        Shape s = x.shape();
        int n = s.dim(op.axis());
        int after = (int) s.size(op.axis() + 1, s.rank());
        int before = (int) s.size(0, op.axis());
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        workers.loop(before * after, Math.max(1, GRAIN / n), (from, to) -> {
            for (int r = from; r < to; r++) {
                int start = r / after * n * after + r % after;
                int best = 0;
                double top = a.get(start);
                for (int i = 1; i < n && !Double.isNaN(top); i++) {
                    double v = a.get(start + i * after);
                    if (Double.isNaN(v) || (op.max() ? v > top : v < top)) {
                        best = i;
                        top = v;
                    }
                }
                b.set(r, best);
            }
        });
    }

    void cumSum(CumSum op, View x, View y) {
        Shape s = x.shape();
        int n = s.dim(op.axis());
        int after = (int) s.size(op.axis() + 1, s.rank());
        int before = (int) s.size(0, op.axis());
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        workers.loop(before * after, Math.max(1, GRAIN / n), (from, to) -> {
            for (int r = from; r < to; r++) {
                int start = r / after * n * after + r % after;
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    int i = start + (op.reverse() ? n - 1 - k : k) * after;
                    sum += a.get(i);
                    b.set(i, sum);
                }
            }
        });
    }
}
