package dev.lamina.cpu;

import java.util.Arrays;

/// A depthwise convolution, where each output channel sees one input channel of its own, and its adjoints.
///
/// A block of rows of one plane is copied with its margins ([PaddedRows]), few enough to stay in the first-level cache,
/// and each vector of the result is made from there at once. Shared out over planes, or over channels for the weight;
/// each result is one sum in one order.
final class Depthwise {
    /// Channels below which the weight would leave threads without work.
    private static final int CHANNELS = 8;
    /// Floats of the copy.
    private static final int BUDGET = 6 * 1024;
    private static final long SERIAL = 200_000;

    private final Simd simd;
    private final Workers workers;
    private final Conv2dShape s;
    private final Axis vertical;
    private final Axis horizontal;
    private final int rows;
    private final Taps taps;
    private final PaddedRows padded;

    private Depthwise(Simd simd, Workers workers, Conv2dShape s, boolean adjoint) {
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        vertical = adjoint
                ? Axis.adjoint(s.h(), s.kh(), 1, s.dilationH(), s.top())
                : Axis.forward(s.oh(), s.kh(), s.strideH(), s.dilationH(), s.top());
        horizontal = adjoint
                ? Axis.adjoint(s.w(), s.kw(), 1, s.dilationW(), s.left())
                : Axis.forward(s.ow(), s.kw(), s.strideW(), s.dilationW(), s.left());
        int columns = horizontal.lines(horizontal.size());
        int fit = BUDGET / (columns * vertical.split() * horizontal.split()) - vertical.margin();
        int blocks = Pack.ceilDiv(vertical.size(), Math.max(4, fit));
        rows = Pack.ceilDiv(vertical.size(), blocks);
        taps = Taps.of(s, vertical, horizontal, vertical.lines(rows), columns, 0, 0);
        padded = PaddedRows.of(simd, vertical, horizontal, rows, taps);
    }

    static boolean fits(Conv2dShape s) {
        return s.inputs() == 1 && s.outputs() == 1 && s.groups() >= CHANNELS;
    }

    /// Whether the input gradient is a convolution too.
    static boolean fitsAdjoint(Conv2dShape s) {
        return fits(s) && s.strideH() == 1 && s.strideW() == 1;
    }

    /// y from x and weight.
    static void forward(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] weight, int wo, float[] y, int yo) {
        new Depthwise(simd, workers, s, false).planes(x, xo, s.h(), s.w(), weight, wo, y, yo);
    }

    /// dx from dy and weight.
    static void adjoint(
            Simd simd,
            Workers workers,
            Conv2dShape s,
            float[] dy,
            int dyo,
            float[] weight,
            int wo,
            float[] dx,
            int dxo) {
        new Depthwise(simd, workers, s, true).planes(dy, dyo, s.oh(), s.ow(), weight, wo, dx, dxo);
    }

    /// dw from x and dy.
    static void weight(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        new Depthwise(simd, workers, s, false).weight(x, xo, dy, dyo, dw, dwo);
    }

    /// Works on blocks of rows.
    @FunctionalInterface
    private interface Block {
        void run(float[] copy, int row, int rows);
    }

    /// Copies the plane h x w at `from` block by block.
    private void blocks(float[] source, int from, int h, int w, float[] copy, Block block) {
        for (int row = 0; row < vertical.size(); row += rows) {
            int count = Math.min(rows, vertical.size() - row);
            padded.fill(source, from, h, w, row, count, copy);
            block.run(copy, row, count);
        }
    }

    private int grain(int planes) {
        long each = (long) planes * vertical.size() * horizontal.size() * s.places();
        return Math.clamp(SERIAL / each, 1, s.n() * s.c());
    }

    private void planes(float[] source, int so, int h, int w, float[] weight, int wo, float[] result, int ro) {
        int width = horizontal.size();
        int pitch = padded.columns();
        workers.loop(s.n() * s.c(), grain(1), (begin, end) -> {
            float[] copy = padded.copy();
            for (int plane = begin; plane < end; plane++) {
                int kernel = wo + plane % s.c() * s.places();
                int to = ro + plane * vertical.size() * width;
                blocks(
                        source,
                        so + plane * h * w,
                        h,
                        w,
                        copy,
                        (c, row, count) -> simd.weightedSum(
                                count,
                                width,
                                s.places(),
                                weight,
                                kernel,
                                c,
                                0,
                                taps.at(),
                                pitch,
                                result,
                                to + row * width));
            }
            Scratch.give(copy);
        });
    }

    private void weight(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int width = horizontal.size();
        int pitch = padded.columns();
        int lanes = simd.columns();
        workers.loop(s.c(), grain(s.n()), (begin, end) -> {
            float[] copy = padded.copy();
            float[] sums = Scratch.floats(s.places() * lanes);
            Arrays.fill(copy, 0f); // what is read beyond the last row is multiplied by zeros and must be finite
            for (int channel = begin; channel < end; channel++) {
                Arrays.fill(sums, 0, s.places() * lanes, 0f);
                for (int image = 0; image < s.n(); image++) {
                    int plane = image * s.c() + channel;
                    int from = dyo + plane * vertical.size() * width;
                    blocks(
                            x,
                            xo + plane * s.h() * s.w(),
                            s.h(),
                            s.w(),
                            copy,
                            (c, row, count) -> simd.innerProducts(
                                    count, width, s.places(), dy, from + row * width, c, 0, taps.at(), pitch, sums, 0));
                }
                for (int p = 0; p < s.places(); p++)
                    dw[dwo + channel * s.places() + p] = (float) simd.sum(lanes, sums, p * lanes);
            }
            Scratch.give(sums);
            Scratch.give(copy);
        });
    }
}
