package dev.lamina.cpu;

import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;
import java.util.Arrays;

/// Max-pooling of f32 over primitive arrays, plane by plane: about 4 comparisons and 8 bytes written per output of a
/// 2 x 2 window.
final class FloatMaxPool {
    private static final int GRAIN = 1 << 13;
    private static final Window HALVES = Window.of(2, 2, 0);

    private final Workers workers;

    FloatMaxPool(Workers workers) {
        this.workers = workers;
    }

    /// `x [n, c, h, w]` to the largest element of each window and its position in the plane.
    void max(Window win, View x, View y, View index) {
        var plane = new Plane(win, x, y, index);
        int in = plane.h * plane.w;
        planes(x, Math.max(1, GRAIN / Math.max(1, in)), (from, to) -> {
            for (int p = from; p < to; p++) plane.run(p);
        });
    }

    /// Puts each `dy` where its maximum was found, and zeros elsewhere.
    void maxInput(View dy, View index, View dx) {
        float[] a = (float[]) dy.memory();
        int[] at = (int[]) index.memory();
        float[] b = (float[]) dx.memory();
        int in = dx.shape().dim(2) * dx.shape().dim(3);
        int out = dy.shape().dim(2) * dy.shape().dim(3);
        planes(dx, Math.max(1, GRAIN / Math.max(1, in)), (from, to) -> {
            for (int p = from; p < to; p++) {
                int image = (int) dx.offset() + p * in;
                int source = (int) dy.offset() + p * out;
                int where = (int) index.offset() + p * out;
                Arrays.fill(b, image, image + in, 0);
                for (int i = 0; i < out; i++) b[image + at[where + i]] += a[source + i];
            }
        });
    }

    private void planes(View x, int grain, Workers.Body body) {
        workers.loop(x.shape().dim(0) * x.shape().dim(1), grain, body);
    }

    /// The sizes and arrays of one call.
    private static final class Plane {
        private final Window win;
        private final float[] a;
        private final float[] b;
        private final int[] at;
        private final int image;
        private final int pooled;
        private final int where;
        private final int h;
        private final int w;
        private final int oh;
        private final int ow;

        Plane(Window win, View x, View y, View index) {
            this.win = win;
            a = (float[]) x.memory();
            b = (float[]) y.memory();
            at = (int[]) index.memory();
            image = (int) x.offset();
            pooled = (int) y.offset();
            where = (int) index.offset();
            h = x.shape().dim(2);
            w = x.shape().dim(3);
            oh = y.shape().dim(2);
            ow = y.shape().dim(3);
        }

        void run(int p) {
            if (win.equals(HALVES)) {
                for (int oy = 0; oy < oh; oy++) halves(image + p * h * w, 2 * oy * w, pooled + (p * oh + oy) * ow, where + (p * oh + oy) * ow);
                return;
            }
            for (int oy = 0; oy < oh; oy++) {
                int top = oy * win.strideH() - win.top();
                row(image + p * h * w, p * oh * ow + oy * ow, Math.max(0, top), Math.min(h, top + win.kernelH()));
            }
        }

        /// One row of outputs of 2 x 2 windows side by side. What is largest is random, so that a branch on it would be
        /// mispredicted half the time: positions are chosen by conditional moves.
        private void halves(int start, int first, int out, int to) {
            for (int ox = 0; ox < ow; ox++) {
                int i = start + first + 2 * ox;
                float p = a[i];
                float q = a[i + 1];
                float r = a[i + w];
                float top = Math.max(Math.max(p, q), Math.max(r, a[i + w + 1]));
                int best = w + 1;
                best = r == top ? w : best;
                best = q == top ? 1 : best;
                best = p == top ? 0 : best;
                if (top != top) best = firstNaN(i);
                b[out + ox] = a[i + best];
                at[to + ox] = first + 2 * ox + best;
            }
        }

        private int firstNaN(int i) {
            return Float.isNaN(a[i]) ? 0 : Float.isNaN(a[i + 1]) ? 1 : Float.isNaN(a[i + w]) ? w : w + 1;
        }

        /// One row of outputs, from the input rows `y0` to `y1`.
        private void row(int start, int out, int y0, int y1) {
            int stride = win.strideW();
            int kernel = win.kernelW();
            for (int ox = 0; ox < ow; ox++) {
                int left = ox * stride - win.left();
                int x0 = Math.max(0, left);
                int x1 = Math.min(w, left + kernel);
                int best = y0 * w + x0;
                float top = a[start + best];
                for (int iy = y0; iy < y1; iy++)
                    for (int i = iy * w + x0; i < iy * w + x1; i++) {
                        float v = a[start + i];
                        if (v > top || v != v && top == top) {
                            top = v;
                            best = i;
                        }
                    }
                b[pooled + out + ox] = top;
                at[where + out + ox] = best;
            }
        }
    }
}
