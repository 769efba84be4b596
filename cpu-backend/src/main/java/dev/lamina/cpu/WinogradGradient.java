package dev.lamina.cpu;

import java.util.Arrays;

/// The gradient of a 3 x 3 convolution for its weight, by the adjoints of [WinogradConv]'s transforms: both sides are
/// transformed tile by tile, and 36 matrix products `[outputs, tiles] x [tiles, inputs]` sum over the tiles.
///
/// With few channels the tiles are cut into parts, each with sums of its own, which are added in order in the end.
/// With many, all threads work on one chunk of tiles after the other, on some outputs each. The shape decides, so
/// the bits do not depend on the number of threads.
final class WinogradGradient {
    /// Products of channels up to which a part has sums of its own.
    private static final int FEW = 128 * 128;
    /// Parts of the tiles, at least, and as many more as keep so many weights in all.
    private static final int PARTS = 8;
    private static final int MOST_PARTS = 16;
    private static final int SUMS = 64 * 1024;
    /// Weights whose parts one thread adds at a time.
    private static final int ADDED = 2 * 1024;
    /// Floats of both transformed sides of a chunk of a part.
    private static final int PRIVATE = 256 * 1024;
    /// The same of a chunk that all threads work on: [Scratch] takes back as many for each side.
    private static final int SHARED = 1 << 23;
    /// Tiles of a chunk, at least and at most.
    private static final int LEAST = 32;
    private static final int MOST = 128;
    /// Outputs of one block, and of one that has many inputs.
    private static final int BLOCK = 32;
    private static final int MANY = 256;

    private final Simd simd;
    private final TileTransforms transforms;
    private final Workers workers;
    private final Conv2dShape s;
    private final TileGrid sources;
    private final TileGrid results;
    private final int parts;
    private final int chunk;
    private final int block;
    /// Outputs that lie side by side in transformed results.
    private final int group;
    /// Floats of one tile's transformed results, and of a row of sums, at one point.
    private final int outputs;
    private final int inputs;

    private WinogradGradient(Simd simd, Workers workers, Conv2dShape s) {
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        transforms = simd.tileTransforms();
        int lanes = transforms.lanes();
        sources = TileGrid.sources(transforms, s);
        results = TileGrid.results(transforms, s);
        group = Math.max(lanes, simd.rows());
        outputs = Pack.roundUp(s.o(), group);
        inputs = Pack.roundUp(s.c(), lanes);
        int tiles = sources.tiles();
        boolean few = (long) s.c() * s.o() <= FEW;
        int fit = (few ? PRIVATE : SHARED) / (TileTransforms.POINTS * (inputs + outputs));
        int chunks = Pack.ceilDiv(tiles, Math.clamp(fit, LEAST, MOST));
        parts = few ? Math.min(Math.clamp(SUMS / ((long) s.c() * s.o()), PARTS, MOST_PARTS), chunks) : 1;
        chunk = Pack.ceilDiv(tiles, Pack.roundUp(chunks, parts));
        block = Pack.roundUp(Math.min(s.o(), s.c() < MANY ? BLOCK : BLOCK / 2), group);
    }

    /// dw `[o, c, 3, 3]`, overwritten, from x and dy.
    static void run(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        new WinogradGradient(simd, workers, s).run(x, xo, dy, dyo, dw, dwo);
    }

    private void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        if (parts == 1) {
            part(0, x, xo, dy, dyo, dw, dwo);
            return;
        }
        int size = s.o() * s.c() * s.places();
        var sums = Scratch.floats(parts * size);
        workers.loop(parts, 1, (from, to) -> {
            for (int p = from; p < to; p++) part(p, x, xo, dy, dyo, sums, p * size);
        });
        workers.loop(size, ADDED, (from, to) -> {
            System.arraycopy(sums, from, dw, dwo + from, to - from);
            for (int p = 1; p < parts; p++) simd.axpy(to - from, 1, sums, p * size + from, dw, dwo + from);
        });
        Scratch.give(sums);
    }

    /// The gradient from one part of the tiles.
    private void part(int part, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int tiles = sources.tiles();
        int each = Pack.ceilDiv(Pack.ceilDiv(tiles, chunk), parts) * chunk;
        int begin = part * each;
        int end = Math.min(tiles, begin + each);
        if (begin >= end) {
            Arrays.fill(dw, dwo, dwo + s.o() * s.c() * s.places(), 0f);
            return;
        }
        int blocks = Pack.ceilDiv(s.o(), block);
        boolean keeps = parts > 1;
        var sums = Scratch.floats(keeps ? blocks * sumsOfBlock() : 0);
        int panels = Pack.roundUp(s.c(), simd.columns());
        int vStep = chunk * panels + transforms.lanes();
        int rStep = chunk * outputs + transforms.lanes();
        var v = Scratch.floats(TileTransforms.POINTS * vStep);
        var r = Scratch.floats(TileTransforms.POINTS * rStep);
        for (int t = begin; t < end; t += chunk) {
            int first = t;
            int last = Math.min(end, t + chunk);
            int groups = Pack.ceilDiv(s.c(), transforms.lanes());
            workers.loop(groups + Pack.ceilDiv(s.o(), transforms.lanes()), 1, (from, to) -> {
                for (int g = from; g < to; g++) {
                    if (g < groups) sources(g * transforms.lanes(), x, xo, first, last, v, vStep);
                    else results((g - groups) * transforms.lanes(), dy, dyo, first, last, r, rStep);
                }
            });
            workers.loop(blocks, 1, (from, to) -> {
                for (int b = from; b < to; b++) {
                    var u = keeps ? sums : Scratch.floats(sumsOfBlock());
                    int at = keeps ? b * sumsOfBlock() : 0;
                    multiply(b * block, last - first, r, rStep, v, vStep, u, at, keeps && first > begin);
                    if (!keeps || last == end) back(b * block, u, at, dw, dwo, !keeps && first > begin);
                    if (!keeps) Scratch.give(u);
                }
            });
        }
        Scratch.give(r);
        Scratch.give(v);
        Scratch.give(sums);
    }

    /// Floats from one point of the sums of a block to the next: not a power of two, which would meet the same lines of
    /// a cache.
    private int byPoint() {
        return block * inputs + transforms.lanes();
    }

    private int sumsOfBlock() {
        return TileTransforms.POINTS * byPoint();
    }

    /// Transforms a vector of input channels into right panels `[tile][channel]`.
    private void sources(int c, float[] x, int xo, int first, int last, float[] v, int step) {
        int columns = simd.columns();
        int panel = c / columns * columns * (last - first) + c % columns;
        sources.transform(x, xo, s.c(), c, first, last, v, panel, columns, step);
    }

    /// Transforms a vector of output channels into panels `[tile][channel]` of a group of them.
    private void results(int o, float[] dy, int dyo, int first, int last, float[] r, int step) {
        int panel = o / group * group * (last - first) + o % group;
        results.transform(dy, dyo, s.o(), o, first, last, r, panel, group, step);
    }

    /// Sums `[output, input]` at each point over the tiles of a chunk.
    private void multiply(
            int o, int tiles, float[] r, int rStep, float[] v, int vStep, float[] u, int uo, boolean add) {
        var edge = Scratch.floats(simd.rows() * simd.columns());
        int last = Math.min(o + block, s.o());
        for (int point = 0; point < TileTransforms.POINTS; point++)
            for (int i = o; i < last; i += group)
                simd.multiplyTurned(
                        Math.min(group, last - i),
                        s.c(),
                        tiles,
                        r,
                        point * rStep + i * tiles,
                        group,
                        v,
                        point * vStep,
                        u,
                        uo + point * byPoint() + (i - o) * inputs,
                        inputs,
                        add,
                        edge);
        Scratch.give(edge);
    }

    /// Turns the sums of a block into gradients of weights.
    private void back(int o, float[] u, int uo, float[] dw, int dwo, boolean add) {
        int lanes = transforms.lanes();
        var nine = Scratch.floats(TileTransforms.PLACES * lanes);
        var flat = Scratch.floats(TileTransforms.PLACES * lanes);
        var work = Scratch.floats(transforms.work());
        for (int i = 0; i < Math.min(block, s.o() - o); i++)
            for (int c = 0; c < s.c(); c += lanes) {
                int channels = Math.min(lanes, s.c() - c);
                int length = channels * TileTransforms.PLACES;
                int to = dwo + ((o + i) * s.c() + c) * TileTransforms.PLACES;
                transforms.weightAdjoint(u, uo + i * inputs + c, byPoint(), nine, 0, work);
                Pack.apart(channels, TileTransforms.PLACES, nine, 0, lanes, flat, 0, TileTransforms.PLACES);
                if (add) simd.axpy(length, 1, flat, 0, dw, to);
                else System.arraycopy(flat, 0, dw, to, length);
            }
        Scratch.give(work);
        Scratch.give(flat);
        Scratch.give(nine);
    }
}
