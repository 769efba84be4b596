package dev.lamina.cpu;

import java.util.concurrent.atomic.AtomicBoolean;

/// A 3 x 3 convolution, or its adjoint for the input, by [TileTransforms]: a quarter of the multiplications of the
/// direct sum, as 36 matrix products `[tiles, sources] x [sources, results]`.
///
/// Tiles are worked on in chunks. Their sources are transformed once, then blocks of results follow, each through
/// products and the way back. Threads share out chunks, which fit a second-level cache each, so that they read
/// little of what another wrote. Where there are few, or where the transformed weights are too many to keep, they
/// share each chunk's channels and results instead. The shape decides, so the bits do not depend on the number of
/// threads.
final class WinogradConv {
    /// Channels on either side below which transforms cost more than the products save.
    private static final int CHANNELS = 16;
    /// Floats of the transformed sources of a chunk that belongs to one thread: most of a second-level cache.
    private static final int PRIVATE = 160 * 1024;
    /// Tiles of a chunk, at most.
    private static final int MOST = 64;
    /// Chunks below which all threads work on each.
    private static final int FEW = 4;
    /// Tiles of a chunk, at least: as many weights are read for few as for many.
    private static final int LEAST = 24;
    /// Floats of transformed weights that are kept, as many as [Scratch] takes back; more are made anew for each chunk.
    private static final int KEPT = 1 << 22;
    /// Sources whose weights one thread transforms at a time.
    private static final int TOGETHER = 16;
    /// Sources of one pass of a product: a right panel of them stays in the first-level cache.
    private static final int DEPTH = 256;

    private final Simd simd;
    private final TileTransforms transforms;
    private final Workers workers;
    private final TileGrid grid;
    private final int sources;
    private final int results;
    /// Where weight (result, source) begins: `first + result * byResult + source * bySource`, and its next place.
    private final int first;
    private final int byResult;
    private final int bySource;
    private final int place;

    /// Tiles of a chunk, and whether all threads work on it.
    private final int chunk;
    private final boolean shared;
    /// Results of one block: the width of a panel.
    private final int block;
    /// Floats of one tile's transformed sources at one point.
    private final int row;
    private final boolean kept;
    private final Epilogue epilogue;

    private WinogradConv(Simd simd, Workers workers, Conv2dShape s, boolean adjoint, Epilogue epilogue) {
        this.epilogue = epilogue;
        this.simd = simd;
        this.transforms = simd.tileTransforms();
        this.workers = workers;
        grid = adjoint ? TileGrid.adjoint(transforms, s) : TileGrid.sources(transforms, s);
        sources = adjoint ? s.o() : s.c();
        results = adjoint ? s.c() : s.o();
        first = adjoint ? s.places() - 1 : 0;
        place = adjoint ? -1 : 1;
        byResult = adjoint ? s.places() : s.c() * s.places();
        bySource = adjoint ? s.c() * s.places() : s.places();
        block = simd.columns();
        row = Pack.roundUp(sources, transforms.lanes());
        kept = (long) TileTransforms.POINTS * Pack.ceilDiv(results, block) * byPoint() <= KEPT;
        int fit = (kept ? PRIVATE : KEPT) / (TileTransforms.POINTS * row);
        int chunks = Pack.ceilDiv(grid.tiles(), Math.clamp(fit, LEAST, MOST));
        chunk = Pack.roundUp(Pack.ceilDiv(grid.tiles(), chunks), simd.rows());
        shared = !kept || chunks < FEW;
    }

    /// Whether a convolution is done so.
    static boolean suits(Simd simd, Conv2dShape s) {
        return simd.tileTransforms() != null
                && s.kh() == 3
                && s.kw() == 3
                && s.strideH() == 1
                && s.strideW() == 1
                && s.dilationH() == 1
                && s.dilationW() == 1
                && s.groups() == 1
                && Math.min(s.c(), s.o()) >= CHANNELS
                && (long) s.n() * s.oh() * s.ow() >= 16 * simd.rows();
    }

    /// y `[n, o, oh, ow]` from x and weight, with what follows; false if a sum is not finite and all must be computed
    /// directly, as the transforms mix the results of a tile.
    static boolean forward(
            Simd simd,
            Workers workers,
            Conv2dShape s,
            float[] x,
            int xo,
            float[] weight,
            int wo,
            float[] y,
            int yo,
            Epilogue epilogue) {
        return new WinogradConv(simd, workers, s, false, epilogue).run(x, xo, weight, wo, y, yo);
    }

    /// dx `[n, c, h, w]` from dy and weight, likewise.
    static boolean adjoint(
            Simd simd,
            Workers workers,
            Conv2dShape s,
            float[] dy,
            int dyo,
            float[] weight,
            int wo,
            float[] dx,
            int dxo) {
        return new WinogradConv(simd, workers, s, true, Epilogue.NONE).run(dy, dyo, weight, wo, dx, dxo);
    }

    private boolean run(float[] source, int so, float[] weight, int wo, float[] result, int ro) {
        var finite = new AtomicBoolean(true);
        int blocks = Pack.ceilDiv(results, block);
        var all = Scratch.floats(kept ? blocks * weightsOfBlock() : 0);
        if (kept)
            workers.loop(blocks * sources, TOGETHER, (from, to) -> {
                for (int i = from; i < to; ) {
                    int c = i % sources;
                    int last = Math.min(sources, c + to - i);
                    int b = i / sources;
                    weights(b * block, c, last, weight, wo, all, b * weightsOfBlock());
                    i += last - c;
                }
            });
        int chunks = Pack.ceilDiv(grid.tiles(), chunk);
        workers.loop(chunks, shared ? chunks : 1, (from, to) -> {
            for (int i = from; i < to; i++) chunk(i, source, so, weight, wo, all, result, ro, finite);
        });
        Scratch.give(all);
        return finite.get();
    }

    /// Floats of the transformed weights of a block: 36 right panels.
    private int weightsOfBlock() {
        return TileTransforms.POINTS * byPoint();
    }

    /// Floats from a panel to the next: not a power of two, which would meet the same lines of a cache.
    private int byPoint() {
        return sources * block + transforms.lanes();
    }

    /// Transforms the weights of a block of results, the first of which is o, for some sources.
    private void weights(int o, int begin, int end, float[] weight, int wo, float[] u, int uo) {
        int lanes = transforms.lanes();
        var nine = Scratch.floats(TileTransforms.PLACES * lanes);
        var work = Scratch.floats(transforms.work());
        for (int l = 0; l < block; l += lanes)
            for (int c = begin; c < end; c++) {
                int from = wo + (o + l) * byResult + c * bySource;
                Pack.across(
                        Math.clamp(results - o - l, 0, lanes),
                        TileTransforms.PLACES,
                        weight,
                        from,
                        byResult,
                        nine,
                        0,
                        lanes);
                transforms.weight(nine, first * lanes, place * lanes, u, uo + c * block + l, byPoint(), work);
            }
        Scratch.give(work);
        Scratch.give(nine);
    }

    private void chunk(
            int index,
            float[] source,
            int so,
            float[] weight,
            int wo,
            float[] all,
            float[] result,
            int ro,
            AtomicBoolean finite) {
        int begin = index * chunk;
        int end = Math.min(begin + chunk, grid.tiles());
        int step = (end - begin) * row + transforms.lanes();
        var v = Scratch.floats(TileTransforms.POINTS * step);
        workers.loop(row / transforms.lanes(), 1, (from, to) -> {
            for (int c = from * transforms.lanes(); c < to * transforms.lanes(); c += transforms.lanes())
                grid.transform(source, so, sources, c, begin, end, v, c, row, step);
        });
        workers.loop(Pack.ceilDiv(results, block), 1, (from, to) -> {
            for (int b = from; b < to; b++) {
                var own = Scratch.floats(kept ? 0 : weightsOfBlock());
                if (!kept) weights(b * block, 0, sources, weight, wo, own, 0);
                if (!block(
                        b * block, begin, end, v, step, kept ? all : own, kept ? b * weightsOfBlock() : 0, result, ro))
                    finite.set(false);
                Scratch.give(own);
            }
        });
        Scratch.give(v);
    }

    /// Computes a block of results of a chunk; false if one is not finite.
    private boolean block(
            int o, int begin, int end, float[] v, int byPoint, float[] u, int uo, float[] result, int ro) {
        int lanes = transforms.lanes();
        int count = end - begin;
        int step = count * block + lanes;
        var m = Scratch.floats(TileTransforms.POINTS * step);
        multiply(count, v, byPoint, u, uo, m, step);
        var work = Scratch.floats(transforms.work());
        int line = TileTransforms.RESULT * count * lanes;
        var rows = Scratch.floats(TileTransforms.RESULT * line);
        int plane = grid.h() * grid.w();
        float check = 0;
        for (int l = 0; l < Math.min(block, results - o); l += lanes) {
            int channels = Math.min(lanes, results - o - l);
            check += transforms.result(count, m, l, block, step, rows, line, work);
            epilogue.apply(transforms, o + l, channels, rows, TileTransforms.RESULT * line, work);
            grid.store(rows, line, channels, begin, end, result, ro + (o + l) * plane, results * plane, work);
        }
        Scratch.give(rows);
        Scratch.give(work);
        Scratch.give(m);
        return check == 0;
    }

    private void multiply(int count, float[] v, int vStep, float[] u, int uo, float[] m, int mStep) {
        var edge = Scratch.floats(simd.rows() * block);
        int padded = Pack.roundUp(count, simd.rows());
        var at = Scratch.ints(padded);
        for (int t = 0; t < padded; t++) at[t] = Math.min(t, count - 1) * row;
        for (int point = 0; point < TileTransforms.POINTS; point++)
            for (int p = 0; p < sources; p += DEPTH)
                simd.multiplyRows(
                        count,
                        block,
                        Math.min(DEPTH, sources - p),
                        v,
                        point * vStep + p,
                        at,
                        u,
                        uo + point * byPoint() + p * block,
                        m,
                        point * mStep,
                        block,
                        p > 0,
                        edge);
        Scratch.give(at);
        Scratch.give(edge);
    }
}
