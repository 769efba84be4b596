package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import java.util.Arrays;

/// Sum, product, maximum or minimum over the middle axis: x `[outer, n, inner]`, y `[outer, inner]`.
///
/// The axis is cut into parts of a length that depends on the shape alone; each part is reduced on one thread,
/// sums in floats over some dozens of numbers and in doubles over those, and the parts are joined in order. So
/// the bits do not depend on the threads, and the error of a long sum stays near that of its last rounding.
final class FloatReduce {
    /// Elements of one part.
    private static final int PART = 1 << 15;
    /// Results, or blocks of them, that are enough to share out without cutting the axis.
    private static final int ITEMS = 64;
    /// Columns handled together, and rows that are added up as floats.
    private static final int WIDTH = 1024;
    private static final int ROWS = 32;

    private final Simd simd;
    private final Workers workers;

    FloatReduce(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    /// y is overwritten; for `n = 0` it becomes the identity of the reduction.
    void run(Reduction kind, int outer, int n, int inner, float[] x, int xo, float[] y, int yo) {
        if (outer == 0 || inner == 0) {
            return;
        }
        int width = Math.min(WIDTH, inner);
        int blocks = Pack.ceilDiv(inner, width);
        int items = outer * blocks;
        int length = items >= ITEMS ? Math.max(1, n) : Math.max(1, PART / width);
        int parts = Math.max(1, Pack.ceilDiv(n, length));
        var joined = parts == 1 ? null : Scratch.doubles(items * parts * width);
        int grain = Math.max(1, PART / Math.max(1, Math.min(n, length) * width));
        workers.loop(items * parts, grain, (from, to) -> {
            var sums = Scratch.doubles(width);
            for (int i = from; i < to; i++) {
                int item = i / parts;
                int first = i % parts * length;
                int column = item % blocks * width;
                int wide = Math.min(width, inner - column);
                int start = xo + (item / blocks * n + first) * inner + column;
                part(kind, Math.min(length, n - first), wide, inner, x, start, sums);
                if (joined == null) {
                    store(wide, sums, 0, y, yo + item / blocks * inner + column);
                } else {
                    System.arraycopy(sums, 0, joined, i * width, wide);
                }
            }
            Scratch.give(sums);
        });
        if (joined != null) {
            for (int item = 0; item < items; item++) {
                int column = item % blocks * width;
                int wide = Math.min(width, inner - column);
                int at = item * parts * width;
                for (int part = 1; part < parts; part++) {
                    for (int j = 0; j < wide; j++) {
                        joined[at + j] = kind.join(joined[at + j], joined[at + part * width + j]);
                    }
                }
                store(wide, joined, at, y, yo + item / blocks * inner + column);
            }
            Scratch.give(joined);
        }
    }

    private static void store(int n, double[] sums, int at, float[] y, int yo) {
        for (int j = 0; j < n; j++) {
            y[yo + j] = (float) sums[at + j];
        }
    }

    /// `sums[j]` over n rows of `wide` columns that lie `step` apart.
    private void part(Reduction kind, int n, int wide, int step, float[] x, int xo, double[] sums) {
        if (step == 1 && kind != Reduction.PROD) {
            sums[0] = switch (kind) {
                case SUM -> simd.sum(n, x, xo);
                case MAX -> simd.max(n, x, xo);
                case MIN -> simd.min(n, x, xo);
                case PROD -> throw new AssertionError();
            };
            return;
        }
        Arrays.fill(sums, 0, wide, kind.identity);
        if (kind == Reduction.PROD || wide < 16) {
            for (int i = 0; i < n; i++) {
                row(kind, wide, x, xo + i * step, sums);
            }
            return;
        }
        var function = switch (kind) {
            case SUM, PROD -> BinaryFn.ADD;
            case MAX -> BinaryFn.MAX;
            case MIN -> BinaryFn.MIN;
        };
        var group = Scratch.floats(wide);
        for (int i = 0; i < n; i += ROWS) {
            System.arraycopy(x, xo + i * step, group, 0, wide);
            for (int r = i + 1; r < Math.min(n, i + ROWS); r++) {
                simd.binary(function, wide, group, 0, x, xo + r * step, group, 0);
            }
            row(kind, wide, group, 0, sums);
        }
        Scratch.give(group);
    }

    private static void row(Reduction kind, int n, float[] x, int xo, double[] sums) {
        switch (kind) {
            case SUM -> {
                for (int j = 0; j < n; j++) {
                    sums[j] += x[xo + j];
                }
            }
            case PROD -> {
                for (int j = 0; j < n; j++) {
                    sums[j] *= x[xo + j];
                }
            }
            case MAX -> {
                for (int j = 0; j < n; j++) {
                    sums[j] = Math.max(sums[j], x[xo + j]);
                }
            }
            case MIN -> {
                for (int j = 0; j < n; j++) {
                    sums[j] = Math.min(sums[j], x[xo + j]);
                }
            }
        }
    }
}
