package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Reduce;
import java.util.Arrays;

/// Sums, products and extremes along axes.
final class ReductionReference {
    private ReductionReference() {}

    static void reduce(Reduce op, Cells x, Cells y) {
        if (x.dtype() == DType.I32) reduceInts(op, x, y);
        else reduceReals(op, x, y);
    }

    private static void reduceReals(Reduce op, Cells x, Cells y) {
        var total = new double[y.size()];
        Arrays.fill(
                total,
                switch (op.kind()) {
                    case SUM -> 0;
                    case PROD -> 1;
                    case MAX -> Double.NEGATIVE_INFINITY;
                    case MIN -> Double.POSITIVE_INFINITY;
                });
        for (int i = 0; i < x.size(); i++) {
            int o = target(i, x.shape(), y.shape());
            double v = x.get(i);
            total[o] = switch (op.kind()) {
                case SUM -> total[o] + v;
                case PROD -> total[o] * v;
                case MAX -> Math.max(total[o], v);
                case MIN -> Math.min(total[o], v);
            };
        }
        for (int o = 0; o < total.length; o++) y.set(o, total[o]);
    }

    private static void reduceInts(Reduce op, Cells x, Cells y) {
        var total = new int[y.size()];
        Arrays.fill(
                total,
                switch (op.kind()) {
                    case SUM -> 0;
                    case PROD -> 1;
                    case MAX -> Integer.MIN_VALUE;
                    case MIN -> Integer.MAX_VALUE;
                });
        for (int i = 0; i < x.size(); i++) {
            int o = target(i, x.shape(), y.shape());
            int v = x.index(i);
            total[o] = switch (op.kind()) {
                case SUM -> total[o] + v;
                case PROD -> total[o] * v;
                case MAX -> Math.max(total[o], v);
                case MIN -> Math.min(total[o], v);
            };
        }
        for (int o = 0; o < total.length; o++) y.set(o, total[o]);
    }

    /// Where element `i` goes: reduced axes have size 1 in the output.
    private static int target(int i, Shape x, Shape y) {
        return Cells.broadcast(Cells.coordinates(i, x), y);
    }

    static void argReduce(ArgReduce op, Cells x, Cells y) {
        for (int o = 0; o < y.size(); o++) {
            int[] at = Cells.coordinates(o, y.shape());
            int best = 0;
            double bestValue = x.get(Cells.position(at, x.shape()));
            for (int k = 1; k < x.shape().dim(op.axis()); k++) {
                at[op.axis()] = k;
                double v = x.get(Cells.position(at, x.shape()));
                boolean better = op.max() ? v > bestValue : v < bestValue;
                if (better || (Double.isNaN(v) && !Double.isNaN(bestValue))) {
                    best = k;
                    bestValue = v;
                }
            }
            y.set(o, best);
        }
    }

    static void cumSum(CumSum op, Cells x, Cells y) {
        Shape s = x.shape();
        if (s.isEmpty()) return;
        int n = s.dim(op.axis());
        Shape lines = s.with(op.axis(), 1);
        for (int line = 0; line < lines.size(); line++) {
            int[] at = Cells.coordinates(line, lines);
            double sum = 0;
            for (int k = 0; k < n; k++) {
                at[op.axis()] = op.reverse() ? n - 1 - k : k;
                int i = Cells.position(at, s);
                sum += x.get(i);
                y.set(i, sum);
            }
        }
    }
}
