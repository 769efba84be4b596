package dev.lamina.cpu;

/// The weight gradient of a convolution with a 1 x 1 kernel, `dw[o, c] = sum over images and places of dy * x`, as
/// matrix products of whole planes; small planes are laid side by side first, so that the inner size is long.
final class PointwiseWeight {
    /// Places of an image from which on it is a product of its own.
    private static final int LONG = 128;
    /// Floats that are laid side by side at a time: 16 MB.
    private static final int ROUND = 4 << 20;
    /// Floats that one thread copies at a time.
    private static final int COPY = 1 << 14;

    private PointwiseWeight() {}

    static void run(
            Gemm gemm, Workers workers, Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int plane = s.h() * s.w();
        if (plane >= LONG) {
            for (int i = 0; i < s.n(); i++)
                product(gemm, s, plane, x, xo + i * s.c() * plane, dy, dyo + i * s.o() * plane, dw, dwo, i > 0);
            return;
        }
        int images = Math.clamp(ROUND / ((long) plane * Math.max(s.c(), s.o())), 1, s.n());
        var xs = Scratch.floats(s.c() * images * plane);
        var dys = Scratch.floats(s.o() * images * plane);
        for (int first = 0; first < s.n(); first += images) {
            int count = Math.min(images, s.n() - first);
            sideBySide(workers, count, s.c(), plane, x, xo + first * s.c() * plane, xs);
            sideBySide(workers, count, s.o(), plane, dy, dyo + first * s.o() * plane, dys);
            product(gemm, s, count * plane, xs, 0, dys, 0, dw, dwo, first > 0);
        }
        Scratch.give(dys);
        Scratch.give(xs);
    }

    private static void product(
            Gemm gemm, Conv2dShape s, int k, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, boolean add) {
        var left = new Matrix(dy, dyo, k);
        gemm.multiply(s.o(), s.c(), k, left, new Matrix(x, xo, k, true), new Matrix(dw, dwo, s.c()), add);
    }

    /// `[image][channel][plane]` to `[channel][image][plane]`.
    private static void sideBySide(
            Workers workers, int images, int channels, int plane, float[] from, int fo, float[] to) {
        int row = images * plane;
        workers.loop(channels, Math.max(1, COPY / row), (begin, end) -> {
            for (int c = begin; c < end; c++)
                for (int i = 0; i < images; i++)
                    System.arraycopy(from, fo + (i * channels + c) * plane, to, c * row + i * plane, plane);
        });
    }
}
