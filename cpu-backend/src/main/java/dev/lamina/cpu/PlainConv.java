package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;

/// Convolution and its adjoints for types without loops of their own: each output element is one sum in doubles
/// over the taps that reach it.
final class PlainConv {
    private final Workers workers;

    PlainConv(Workers workers) {
        this.workers = workers;
    }

    /// The sizes that all three share.
    private record Sizes(int n, int c, int h, int w, int o, int oh, int ow, int groups, Window win) {
        static Sizes of(Window win, int groups, Shape x, Shape y) {
            return new Sizes(x.dim(0), x.dim(1), x.dim(2), x.dim(3), y.dim(1), y.dim(2), y.dim(3), groups, win);
        }

        int x(int b, int ch, int iy, int ix) {
            return ((b * c + ch) * h + iy) * w + ix;
        }

        int y(int b, int ch, int oy, int ox) {
            return ((b * o + ch) * oh + oy) * ow + ox;
        }

        /// Channels of a group that come in and go out.
        int cin() {
            return c / groups;
        }

        int cout() {
            return o / groups;
        }

        int weight(int ch, int ci, int ky, int kx) {
            return ((ch * cin() + ci) * win.kernelH() + ky) * win.kernelW() + kx;
        }

        int row(int oy, int ky) {
            return oy * win.strideH() - win.top() + ky * win.dilationH();
        }

        int column(int ox, int kx) {
            return ox * win.strideW() - win.left() + kx * win.dilationW();
        }
    }

    void forward(Window win, int groups, View xs, View ws, View ys) {
        var s = Sizes.of(win, groups, xs.shape(), ys.shape());
        Elements x = Elements.of(xs);
        Elements w = Elements.of(ws);
        Elements y = Elements.of(ys);
        workers.loop(s.n * s.o, 1, (from, to) -> {
            for (int job = from; job < to; job++) {
                int b = job / s.o;
                int ch = job % s.o;
                for (int oy = 0; oy < s.oh; oy++)
                    for (int ox = 0; ox < s.ow; ox++) y.set(s.y(b, ch, oy, ox), output(s, x, w, b, ch, oy, ox));
            }
        });
    }

    private static double output(Sizes s, Elements x, Elements w, int b, int ch, int oy, int ox) {
        double sum = 0;
        int first = ch / s.cout() * s.cin();
        for (int ci = 0; ci < s.cin(); ci++)
            for (int ky = 0; ky < s.win.kernelH(); ky++) {
                int iy = s.row(oy, ky);
                if (iy < 0 || iy >= s.h) continue;
                for (int kx = 0; kx < s.win.kernelW(); kx++) {
                    int ix = s.column(ox, kx);
                    if (ix >= 0 && ix < s.w) sum += x.get(s.x(b, first + ci, iy, ix)) * w.get(s.weight(ch, ci, ky, kx));
                }
            }
        return sum;
    }

    void input(Window win, int groups, View dys, View ws, View dxs) {
        var s = Sizes.of(win, groups, dxs.shape(), dys.shape());
        Elements dy = Elements.of(dys);
        Elements w = Elements.of(ws);
        Elements dx = Elements.of(dxs);
        workers.loop(s.n * s.c, 1, (from, to) -> {
            for (int job = from; job < to; job++) {
                int b = job / s.c;
                int ch = job % s.c;
                for (int iy = 0; iy < s.h; iy++)
                    for (int ix = 0; ix < s.w; ix++) dx.set(s.x(b, ch, iy, ix), inputElement(s, dy, w, b, ch, iy, ix));
            }
        });
    }

    private static double inputElement(Sizes s, Elements dy, Elements w, int b, int ch, int iy, int ix) {
        double sum = 0;
        int first = ch / s.cin() * s.cout();
        for (int ky = 0; ky < s.win.kernelH(); ky++) {
            int oy = source(iy + s.win.top() - ky * s.win.dilationH(), s.win.strideH(), s.oh);
            if (oy < 0) continue;
            for (int kx = 0; kx < s.win.kernelW(); kx++) {
                int ox = source(ix + s.win.left() - kx * s.win.dilationW(), s.win.strideW(), s.ow);
                if (ox < 0) continue;
                for (int co = 0; co < s.cout(); co++)
                    sum += dy.get(s.y(b, first + co, oy, ox)) * w.get(s.weight(first + co, ch % s.cin(), ky, kx));
            }
        }
        return sum;
    }

    /// The output index whose window starts at `at` in the padded input, or -1.
    private static int source(int at, int stride, int size) {
        return at < 0 || at % stride != 0 || at / stride >= size ? -1 : at / stride;
    }

    void weight(Window win, int groups, View xs, View dys, View dws) {
        var s = Sizes.of(win, groups, xs.shape(), dys.shape());
        Elements x = Elements.of(xs);
        Elements dy = Elements.of(dys);
        Elements dw = Elements.of(dws);
        workers.loop(s.o, 1, (from, to) -> {
            for (int ch = from; ch < to; ch++)
                for (int ci = 0; ci < s.cin(); ci++)
                    for (int ky = 0; ky < win.kernelH(); ky++)
                        for (int kx = 0; kx < win.kernelW(); kx++)
                            dw.set(s.weight(ch, ci, ky, kx), weightElement(s, x, dy, ch, ci, ky, kx));
        });
    }

    private static double weightElement(Sizes s, Elements x, Elements dy, int ch, int ci, int ky, int kx) {
        double sum = 0;
        int from = ch / s.cout() * s.cin() + ci;
        for (int b = 0; b < s.n; b++)
            for (int oy = 0; oy < s.oh; oy++) {
                int iy = s.row(oy, ky);
                if (iy < 0 || iy >= s.h) continue;
                for (int ox = 0; ox < s.ow; ox++) {
                    int ix = s.column(ox, kx);
                    if (ix >= 0 && ix < s.w) sum += x.get(s.x(b, from, iy, ix)) * dy.get(s.y(b, ch, oy, ox));
                }
            }
        return sum;
    }
}
