package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Reduce;

/// Reductions. Any set of axes becomes passes over `[outer, n, inner] -> [outer, inner]`, the last group of
/// axes first. A pass is cut into pieces whose size depends on the shape alone, and pieces are combined in
/// order, so the bits do not depend on the number of threads.
final class ReduceKernels {
    private static final int PIECE = 16 * 1024;
    private static final int MOST_ROWS = 512;
    private static final int GRAIN = 16 * 1024;

    private final Simd simd;
    private final Workers workers;

    ReduceKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    void run(Reduce op, View x, View y) {
        int[] sizes = op.layout(x.shape()).sizes();
        if (x.dtype() != DType.F32) {
            plain(op, sizes, x, y);
            return;
        }
        float[] from = (float[]) x.memory();
        int at = (int) x.offset();
        float[] scratch = null;
        for (int group = sizes.length / 2 * 2 - 1; group >= 1; group -= 2) {
            int outer = product(sizes, 0, group); // reduced or not: later passes take care of it
            int inner = innerSize(sizes, group);
            boolean last = group == 1;
            float[] to = last ? (float[]) y.memory() : Scratch.floats(outer * inner);
            pass(op.kind(), from, at, outer, sizes[group], inner, to, last ? (int) y.offset() : 0);
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

    private void pass(Reduce.Kind kind, float[] x, int xo, int outer, int n, int inner, float[] y, int yo) {
        if (n == 0) {
            java.util.Arrays.fill(y, yo, yo + outer * inner, kind == Reduce.Kind.PROD ? 1 : 0);
            return;
        }
        int rows = Math.max(1, inner == 1 ? PIECE : Math.min(MOST_ROWS, PIECE / inner));
        int pieces = (n + rows - 1) / rows;
        int grain = Math.max(1, GRAIN / (Math.min(n, rows) * inner));
        if (pieces == 1) {
            workers.loop(outer, grain, (from, to) -> {
                for (int o = from; o < to; o++) piece(kind, x, xo + o * n * inner, n, inner, y, yo + o * inner);
            });
            return;
        }
        float[] parts = Scratch.floats(outer * pieces * inner);
        workers.loop(outer * pieces, grain, (from, to) -> {
            for (int job = from; job < to; job++) {
                int first = job % pieces * rows;
                int at = xo + (job / pieces * n + first) * inner;
                piece(kind, x, at, Math.min(rows, n - first), inner, parts, job * inner);
            }
        });
        pass(kind, parts, 0, outer, pieces, inner, y, yo);
        Scratch.give(parts);
    }

    private void piece(Reduce.Kind kind, float[] x, int xo, int n, int inner, float[] y, int yo) {
        if (inner == 1) {
            y[yo] = switch (kind) {
                case SUM -> (float) simd.sum(n, x, xo);
                case MAX -> simd.max(n, x, xo);
                case MIN -> simd.min(n, x, xo);
                case PROD -> product(x, xo, n);
            };
            return;
        }
        System.arraycopy(x, xo, y, yo, inner);
        BinaryFunction fn = switch (kind) {
            case SUM -> BinaryFunction.ADD;
            case PROD -> BinaryFunction.MUL;
            case MAX -> BinaryFunction.MAX;
            case MIN -> BinaryFunction.MIN;
        };
        for (int i = 1; i < n; i++) simd.binary(fn, inner, y, yo, x, xo + i * inner, y, yo);
    }

    private static float product(float[] x, int xo, int n) {
        double p = 1;
        for (int i = 0; i < n; i++) p *= x[xo + i];
        return (float) p;
    }

    private void plain(Reduce op, int[] sizes, View x, View y) {
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        int count = 1;
        for (int i = 1; i < sizes.length; i += 2) count *= sizes[i];
        int reduced = count;
        workers.loop(Math.toIntExact(y.shape().size()), Math.max(1, GRAIN / Math.max(1, reduced)), (from, to) -> {
            for (int i = from; i < to; i++) b.set(i, combine(op.kind(), a, sizes, i, reduced));
        });
    }

    private static double combine(Reduce.Kind kind, Elements x, int[] sizes, int kept, int reduced) {
        double acc = switch (kind) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
        for (int r = 0; r < reduced; r++) {
            double v = x.get(position(sizes, kept, r));
            acc = switch (kind) {
                case SUM -> acc + v;
                case PROD -> acc * v;
                case MAX -> Math.max(acc, v);
                case MIN -> Math.min(acc, v);
            };
        }
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
