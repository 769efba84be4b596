package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;

/// Pooling for types without loops of their own, plane by plane.
final class PlainPool {
    private final Workers workers;

    PlainPool(Workers workers) {
        this.workers = workers;
    }

    /// One plane: where it begins in the image and in the pooled image.
    @FunctionalInterface
    private interface Plane {
        void run(int image, int pooled);
    }

    private void planes(Shape image, Shape pooled, Plane body) {
        int in = image.dim(2) * image.dim(3);
        int out = pooled.dim(2) * pooled.dim(3);
        workers.loop(image.dim(0) * image.dim(1), Math.max(1, 4096 / Math.max(1, in)), (from, to) -> {
            for (int p = from; p < to; p++) body.run(p * in, p * out);
        });
    }

    void max(Window win, View x, View y, View index) {
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        Elements at = Elements.of(index);
        planes(x.shape(), y.shape(), (image, pooled) -> {
            for (int oy = 0; oy < y.shape().dim(2); oy++)
                for (int ox = 0; ox < y.shape().dim(3); ox++) {
                    var w = Span.of(win, x.shape(), oy, ox);
                    int best = w.y0 * w.width + w.x0;
                    for (int iy = w.y0; iy < w.y1; iy++)
                        for (int ix = w.x0; ix < w.x1; ix++) {
                            double v = a.get(image + iy * w.width + ix);
                            double top = a.get(image + best);
                            if (v > top || Double.isNaN(v) && !Double.isNaN(top)) best = iy * w.width + ix;
                        }
                    int o = pooled + oy * y.shape().dim(3) + ox;
                    b.set(o, a.get(image + best));
                    at.set(o, best);
                }
        });
    }

    void maxInput(View dy, View index, View dx) {
        Elements a = Elements.of(dy);
        Elements at = Elements.of(index);
        Elements b = Elements.of(dx);
        int in = dx.shape().dim(2) * dx.shape().dim(3);
        int out = dy.shape().dim(2) * dy.shape().dim(3);
        planes(dx.shape(), dy.shape(), (image, pooled) -> {
            for (int i = 0; i < in; i++) b.set(image + i, 0);
            for (int i = 0; i < out; i++) {
                int t = image + (int) at.get(pooled + i);
                b.set(t, b.get(t) + a.get(pooled + i));
            }
        });
    }

    void maxPick(View x, View index, View y) {
        Elements a = Elements.of(x);
        Elements at = Elements.of(index);
        Elements b = Elements.of(y);
        int out = y.shape().dim(2) * y.shape().dim(3);
        planes(x.shape(), y.shape(), (image, pooled) -> {
            for (int i = 0; i < out; i++) b.set(pooled + i, a.get(image + (int) at.get(pooled + i)));
        });
    }

    void avg(Window win, boolean includePad, View x, View y) {
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        planes(x.shape(), y.shape(), (image, pooled) -> {
            for (int oy = 0; oy < y.shape().dim(2); oy++)
                for (int ox = 0; ox < y.shape().dim(3); ox++) {
                    var w = Span.of(win, x.shape(), oy, ox);
                    double sum = 0;
                    for (int iy = w.y0; iy < w.y1; iy++)
                        for (int ix = w.x0; ix < w.x1; ix++) sum += a.get(image + iy * w.width + ix);
                    b.set(pooled + oy * y.shape().dim(3) + ox, sum / w.divisor(includePad));
                }
        });
    }

    void avgInput(Window win, boolean includePad, View dy, View dx) {
        Elements a = Elements.of(dy);
        Elements b = Elements.of(dx);
        int in = dx.shape().dim(2) * dx.shape().dim(3);
        planes(dx.shape(), dy.shape(), (image, pooled) -> {
            for (int i = 0; i < in; i++) b.set(image + i, 0);
            for (int oy = 0; oy < dy.shape().dim(2); oy++)
                for (int ox = 0; ox < dy.shape().dim(3); ox++) {
                    var w = Span.of(win, dx.shape(), oy, ox);
                    double share = a.get(pooled + oy * dy.shape().dim(3) + ox) / w.divisor(includePad);
                    for (int iy = w.y0; iy < w.y1; iy++)
                        for (int ix = w.x0; ix < w.x1; ix++) {
                            int t = image + iy * w.width + ix;
                            b.set(t, b.get(t) + share);
                        }
                }
        });
    }

    /// The part of a window that lies inside the input, and its size inside the padded input.
    private record Span(int y0, int y1, int x0, int x1, int padded, int width) {
        static Span of(Window win, Shape x, int oy, int ox) {
            int h = x.dim(2);
            int w = x.dim(3);
            int top = oy * win.strideH() - win.top();
            int left = ox * win.strideW() - win.left();
            int bottom = Math.min(top + win.kernelH(), h + win.bottom());
            int right = Math.min(left + win.kernelW(), w + win.right());
            return new Span(
                    Math.max(0, top),
                    Math.min(h, bottom),
                    Math.max(0, left),
                    Math.min(w, right),
                    (bottom - top) * (right - left),
                    w);
        }

        int divisor(boolean includePad) {
            return includePad ? padded : (y1 - y0) * (x1 - x0);
        }
    }
}
