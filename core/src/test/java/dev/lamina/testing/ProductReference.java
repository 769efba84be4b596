package dev.lamina.testing;

import dev.lamina.Shape;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.MatMul;
import dev.lamina.op.Window;

/// Matrix products and convolutions, from their definitions.
final class ProductReference {
    private ProductReference() {}

    static void matmul(MatMul op, Cells a, Cells b, Cells y) {
        int m = y.shape().dim(-2);
        int n = y.shape().dim(-1);
        int k = a.shape().dim(op.ta() ? -2 : -1);
        for (int i = 0; i < y.size(); i++) {
            int row = i / n % m;
            int column = i % n;
            int[] batch = Cells.coordinates(i / n / m, MatMul.batch(y.shape()));
            int aStart = Cells.broadcast(batch, MatMul.batch(a.shape())) * m * k;
            int bStart = Cells.broadcast(batch, MatMul.batch(b.shape())) * k * n;
            double sum = 0;
            for (int p = 0; p < k; p++)
                sum += a.get(aStart + (op.ta() ? p * m + row : row * k + p))
                        * b.get(bStart + (op.tb() ? column * k + p : p * n + column));
            y.set(i, sum);
        }
    }

    /// One term of a convolution: x element `[n, c, h, w]`, weight element `[o, ic, kh, kw]`, y element `[n, o,
    /// oh, ow]`.
    private interface Term {
        void at(int x, int weight, int y);
    }

    private static void terms(Window win, int groups, Shape x, Shape weight, Shape y, Term term) {
        int in = weight.dim(1);
        int outPerGroup = weight.dim(0) / groups;
        for (int n = 0; n < y.dim(0); n++)
            for (int o = 0; o < y.dim(1); o++)
                for (int oh = 0; oh < y.dim(2); oh++)
                    for (int ow = 0; ow < y.dim(3); ow++)
                        for (int ic = 0; ic < in; ic++)
                            for (int kh = 0; kh < win.kernelH(); kh++)
                                for (int kw = 0; kw < win.kernelW(); kw++) {
                                    int c = o / outPerGroup * in + ic;
                                    int h = oh * win.strideH() - win.top() + kh * win.dilationH();
                                    int w = ow * win.strideW() - win.left() + kw * win.dilationW();
                                    if (h < 0 || h >= x.dim(2) || w < 0 || w >= x.dim(3)) continue;
                                    term.at(flat(x, n, c, h, w), flat(weight, o, ic, kh, kw), flat(y, n, o, oh, ow));
                                }
    }

    private static int flat(Shape s, int a, int b, int c, int d) {
        return ((a * s.dim(1) + b) * s.dim(2) + c) * s.dim(3) + d;
    }

    static void conv(Conv2d op, Cells x, Cells weight, Cells y) {
        var sum = new double[y.size()];
        terms(
                op.window(),
                op.groups(),
                x.shape(),
                weight.shape(),
                y.shape(),
                (i, k, o) -> sum[o] += x.get(i) * weight.get(k));
        store(sum, y);
    }

    static void convInput(Conv2dInput op, Cells dy, Cells weight, Cells dx) {
        var sum = new double[dx.size()];
        terms(
                op.window(),
                op.groups(),
                dx.shape(),
                weight.shape(),
                dy.shape(),
                (i, k, o) -> sum[i] += dy.get(o) * weight.get(k));
        store(sum, dx);
    }

    static void convWeight(Conv2dWeight op, Cells x, Cells dy, Cells dw) {
        var sum = new double[dw.size()];
        terms(op.window(), op.groups(), x.shape(), dw.shape(), dy.shape(), (i, k, o) -> sum[k] += x.get(i) * dy.get(o));
        store(sum, dw);
    }

    private static void store(double[] from, Cells to) {
        for (int i = 0; i < from.length; i++) to.set(i, from[i]);
    }
}
