package dev.lamina.testing;

import dev.lamina.Shape;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.AvgPool2dInput;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Window;

/// Pooling, one window at a time.
final class PoolReference {
    private PoolReference() {}

    /// The part of a window that is inside the input, and the divisor of its mean.
    private record Patch(int top, int bottom, int left, int right, double padded) {
        static Patch of(Window w, Shape x, int oh, int ow) {
            int h = oh * w.strideH() - w.top();
            int v = ow * w.strideW() - w.left();
            // An overhanging window of ceil mode ends where the padding does.
            int hEnd = Math.min(h + w.kernelH(), x.dim(2) + w.bottom());
            int vEnd = Math.min(v + w.kernelW(), x.dim(3) + w.right());
            return new Patch(
                    Math.max(h, 0),
                    Math.min(hEnd, x.dim(2)),
                    Math.max(v, 0),
                    Math.min(vEnd, x.dim(3)),
                    (double) (hEnd - h) * (vEnd - v));
        }

        double count() {
            return (double) (bottom - top) * (right - left);
        }
    }

    static void max(MaxPool2d op, Cells x, Cells y, Cells index) {
        for (int i = 0; i < y.size(); i++) {
            int[] at = Cells.coordinates(i, y.shape());
            var p = Patch.of(op.window(), x.shape(), at[2], at[3]);
            int best = -1;
            double bestValue = 0;
            for (int h = p.top; h < p.bottom; h++)
                for (int w = p.left; w < p.right; w++) {
                    double v = x.get(pixel(x.shape(), at, h, w));
                    if (best < 0 || v > bestValue || (Double.isNaN(v) && !Double.isNaN(bestValue))) {
                        best = h * x.shape().dim(3) + w;
                        bestValue = v;
                    }
                }
            y.set(i, bestValue);
            index.set(i, best);
        }
    }

    private static int pixel(Shape s, int[] at, int h, int w) {
        return ((at[0] * s.dim(1) + at[1]) * s.dim(2) + h) * s.dim(3) + w;
    }

    static void maxInput(Cells dy, Cells index, Cells dx) {
        var sum = new double[dx.size()];
        for (int i = 0; i < dy.size(); i++) sum[picked(i, index, dx.shape())] += dy.get(i);
        for (int i = 0; i < sum.length; i++) dx.set(i, sum[i]);
    }

    static void pick(Cells x, Cells index, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, x.get(picked(i, index, x.shape())));
    }

    /// The element of the image that window `i` points at.
    private static int picked(int i, Cells index, Shape image) {
        int plane = image.dim(2) * image.dim(3);
        int windows = index.shape().dim(2) * index.shape().dim(3);
        return i / windows * plane + IndexReference.checked("max_pool2d", index, i, plane);
    }

    static void average(AvgPool2d op, Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) {
            int[] at = Cells.coordinates(i, y.shape());
            var p = Patch.of(op.window(), x.shape(), at[2], at[3]);
            double sum = 0;
            for (int h = p.top; h < p.bottom; h++)
                for (int w = p.left; w < p.right; w++) sum += x.get(pixel(x.shape(), at, h, w));
            y.set(i, sum / (op.includePad() ? p.padded : p.count()));
        }
    }

    static void averageInput(AvgPool2dInput op, Cells dy, Cells dx) {
        var sum = new double[dx.size()];
        for (int i = 0; i < dy.size(); i++) {
            int[] at = Cells.coordinates(i, dy.shape());
            var p = Patch.of(op.window(), dx.shape(), at[2], at[3]);
            double share = dy.get(i) / (op.includePad() ? p.padded : p.count());
            for (int h = p.top; h < p.bottom; h++)
                for (int w = p.left; w < p.right; w++) sum[pixel(dx.shape(), at, h, w)] += share;
        }
        for (int i = 0; i < sum.length; i++) dx.set(i, sum[i]);
    }
}
