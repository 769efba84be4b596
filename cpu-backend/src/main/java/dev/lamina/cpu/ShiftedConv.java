package dev.lamina.cpu;

import java.util.Arrays;

/// A convolution, or its adjoint for the input, as matrix products over shifted planes.
///
/// The sources of a block of rows are copied into scratch so that output position q reads `copy[q + at[t]]` for
/// kernel place t ([JoinedRows]). Output `[channels, q]` is then the weight matrix `[channels, source channels *
/// places]` times rows of the copy that begin at `at[...]`, [Simd#multiplyAt]: no patch is ever written.
///
/// Where planes are small, one image would leave a large part of the last tile empty, and is too little work for
/// all the weights that are read: then a block holds several images. The results of one image go straight to their
/// place, those of several, and of the lattices of an adjoint with strides (see [Axis]), by rows.
///
/// Shared out over images, groups, row blocks and, where these are few, result channels. Each output is one sum in one
/// order, whatever the blocks.
final class ShiftedConv {
    /// Rows of the copy that a tile reads in one pass, two or three lines of cache of each: with the weights that pass
    /// through it, half a first-level cache.
    private static final int DEPTH = 160;
    /// Floats of the copy, and of the results, of one block: both stay in the second-level cache.
    private static final int COPY = 64 * 1024;
    private static final int RESULTS = 64 * 1024;
    private static final int TASKS = 16;
    /// Positions of several images that are worked on together.
    private static final int POSITIONS = 512;
    /// Result channels of one task, at least: the sources are copied for few as for many.
    private static final int CHANNELS = 64;
    private static final long SERIAL = 500_000;

    private final Simd simd;
    private final Workers workers;
    private final Conv2dShape s;
    private final Axis vertical;
    private final Axis horizontal;
    /// Channels of a group that are read and made, and the planes they lie in.
    private final int sources;
    private final int results;
    private final int sourceH;
    private final int sourceW;
    private final int resultH;
    private final int resultW;
    /// Where weight (result, source) begins: `result * byResult + source * bySource`.
    private final int byResult;
    private final int bySource;
    /// Rows and images of one block, its result channels, and the source channels that are copied at a time.
    private final int rows;
    private final int images;
    private final int part;
    private final int chunk;
    private final JoinedRows joined;
    private final Taps[] taps;
    private final Epilogue epilogue;

    private ShiftedConv(Simd simd, Workers workers, Conv2dShape s, boolean adjoint, Epilogue epilogue) {
        this.epilogue = epilogue;
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        sources = adjoint ? s.outputs() : s.inputs();
        results = adjoint ? s.inputs() : s.outputs();
        sourceH = adjoint ? s.oh() : s.h();
        sourceW = adjoint ? s.ow() : s.w();
        resultH = adjoint ? s.h() : s.oh();
        resultW = adjoint ? s.w() : s.ow();
        byResult = adjoint ? s.places() : s.inputs() * s.places();
        bySource = adjoint ? s.inputs() * s.places() : s.places();
        vertical = adjoint
                ? Axis.adjoint(s.h(), s.kh(), s.strideH(), s.dilationH(), s.top())
                : Axis.forward(s.oh(), s.kh(), s.strideH(), s.dilationH(), s.top());
        horizontal = adjoint
                ? Axis.adjoint(s.w(), s.kw(), s.strideW(), s.dilationW(), s.left())
                : Axis.forward(s.ow(), s.kw(), s.strideW(), s.dilationW(), s.left());
        taps = new Taps[vertical.weave() * horizontal.weave()];
        images = imagesOfBlock();
        rows = images > 1 ? vertical.size() : rowsOfBlock();
        joined = new JoinedRows(simd, s, vertical, horizontal, rows, images);
        for (int i = 0; i < taps.length; i++) taps[i] = joined.taps(s, i / horizontal.weave(), i % horizontal.weave());
        chunk = Math.clamp(COPY / joined.channel(), 1, sources);
        int tasks = s.n() / images * s.groups() * Pack.ceilDiv(vertical.size(), rows);
        part = Pack.roundUp(Math.max(CHANNELS, Pack.ceilDiv(results, Pack.ceilDiv(TASKS, tasks))), simd.rows());
    }

    /// y `[n, o, oh, ow]` from x and weight, with what follows.
    static void forward(
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
        new ShiftedConv(simd, workers, s, false, epilogue).run(x, xo, weight, wo, y, yo);
    }

    /// dx `[n, c, h, w]` from dy and weight.
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
        new ShiftedConv(simd, workers, s, true, Epilogue.NONE).run(dy, dyo, weight, wo, dx, dxo);
    }

    /// Of the numbers that divide the batch, the one that leaves the least of all tiles empty; a twentieth is what it
    /// costs to store results by rows.
    private int imagesOfBlock() {
        int plane = vertical.size() * horizontal.size();
        int best = 1;
        int least = tiles(plane) * s.n() * 20;
        for (int i = 2; i <= Math.min(s.n(), POSITIONS / plane); i++) {
            int cost = tiles(i * plane) * (s.n() / i) * 21;
            if (s.n() % i == 0 && cost < least) {
                best = i;
                least = cost;
            }
        }
        return best;
    }

    private int tiles(int positions) {
        return Pack.ceilDiv(positions, simd.columns());
    }

    /// As many as leave the least of all tiles empty, not less than half of what fits.
    private int rowsOfBlock() {
        int all = vertical.size();
        int copied = JoinedRows.planes(s, vertical, horizontal) * Math.clamp(DEPTH / s.places(), 1, sources);
        int fit = Math.min(COPY / copied, RESULTS / (results * taps.length)) / horizontal.size();
        int blocks = Pack.ceilDiv(TASKS, s.n() * s.groups());
        int most = Math.clamp(Math.min(fit, Pack.ceilDiv(all, blocks)), Math.min(4, all), all);
        int best = most;
        for (int r = most - 1; 2 * r >= most; r--) if (tilesOfRows(r) < tilesOfRows(best)) best = r;
        return best;
    }

    /// Tiles of all rows in blocks of so many.
    private int tilesOfRows(int rows) {
        int all = vertical.size();
        return all / rows * tiles(rows * horizontal.size()) + tiles(all % rows * horizontal.size());
    }

    private void run(float[] source, int so, float[] weight, int wo, float[] result, int ro) {
        int weights = Pack.roundUp(results, simd.rows()) * sources * s.places();
        var left = Scratch.floats(s.groups() * weights);
        pack(weight, wo, left, weights);
        int blocks = Pack.ceilDiv(vertical.size(), rows);
        int parts = Pack.ceilDiv(results, part);
        int tasks = s.n() / images * s.groups() * blocks * parts;
        long each = Math.max(1, (long) Math.min(part, results) * sources * s.places() * joined.positions(rows));
        workers.loop(tasks, Math.clamp(SERIAL / each, 1, tasks), (from, to) -> {
            var buffers = new Buffers();
            for (int task = from; task < to; task++) {
                int first = task / parts % blocks * rows;
                var b = new Block(
                        task / parts / blocks / s.groups() * images,
                        task / parts / blocks % s.groups(),
                        first,
                        Math.min(rows, vertical.size() - first),
                        task % parts * part);
                block(b, source, so, left, b.group * weights, result, ro, buffers);
            }
            buffers.give();
        });
        Scratch.give(left);
    }

    /// What one task computes.
    ///
    /// @param image the first one
    /// @param row the first of so many
    /// @param channel the first result channel
    private record Block(int image, int group, int row, int rows, int channel) {}

    /// The memory of one thread.
    private final class Buffers {
        final float[] copy = joined.copyOf(chunk);
        final float[] sums = Scratch.floats(direct() ? 0 : taps.length * Math.min(part, results) * step());
        final int[] table = Scratch.ints(depth());
        final float[] edge = Scratch.floats(simd.rows() * simd.columns());

        void give() {
            Scratch.give(edge);
            Scratch.give(table);
            Scratch.give(sums);
            Scratch.give(copy);
        }
    }

    /// Whether the results of a block lie as its positions do.
    private boolean direct() {
        return images == 1 && taps.length == 1;
    }

    /// Floats from the sums of a result channel to those of the next.
    private int step() {
        return joined.positions(rows);
    }

    /// Rows of the copy of the deepest pass.
    private int depth() {
        int most = 0;
        for (Taps t : taps) most = Math.max(most, pass(t, 0) * t.count());
        return most;
    }

    /// Source channels of the pass that begins with channel c: they lie in one chunk.
    private int pass(Taps places, int c) {
        int end = Math.min(sources, (c / chunk + 1) * chunk);
        return Math.clamp(DEPTH / Math.max(1, places.count()), 1, end - c);
    }

    /// Left panels `[group][lattice][pass][panel][source channel, place][row]`.
    private void pack(float[] weight, int wo, float[] left, int weights) {
        int mr = simd.rows();
        int high = Pack.roundUp(results, mr);
        int panels = high / mr;
        int grain = Math.clamp(30_000L / ((long) mr * sources * s.places()), 1, panels * s.groups());
        workers.loop(panels * s.groups(), grain, (from, to) -> {
            for (int item = from; item < to; item++) {
                int group = item / panels;
                int i = item % panels * mr;
                int base = group * weights;
                for (var lattice : taps) {
                    for (int c = 0; c < sources; c += pass(lattice, c)) {
                        int channels = pass(lattice, c);
                        int k = channels * lattice.count();
                        int at = wo + group * results * sources * s.places() + i * byResult + c * bySource;
                        panel(Math.min(mr, results - i), channels, lattice, weight, at, left, base + i * k);
                        base += high * k;
                    }
                }
            }
        });
    }

    private void panel(int valid, int channels, Taps lattice, float[] weight, int wo, float[] left, int to) {
        int mr = simd.rows();
        boolean all = lattice.count() == s.places();
        if (all && bySource == s.places()) {
            Pack.across(valid, channels * s.places(), weight, wo, byResult, left, to, mr);
            return;
        }
        if (all && byResult == 1) {
            Pack.along(simd, valid, channels, weight, wo, bySource, left, to, mr);
            return;
        }
        for (int c = 0; c < channels; c++) {
            if (all) {
                Pack.across(valid, s.places(), weight, wo + c * bySource, byResult, left, to, mr);
                to += s.places() * mr;
                continue;
            }
            for (int place : lattice.places()) {
                int from = wo + c * bySource + place;
                for (int r = 0; r < mr; r++) {
                    left[to++] = r < valid ? weight[from + r * byResult] : 0f;
                }
            }
        }
    }

    private void block(Block b, float[] source, int so, float[] left, int lo, float[] result, int ro, Buffers buffers) {
        int plane = sourceH * sourceW;
        int volume = s.groups() * sources * plane;
        int at = so + b.image * volume + b.group * sources * plane;
        int high = Pack.roundUp(results, simd.rows());
        int channels = Math.min(part, results - b.channel);
        for (int c = 0; c < sources; c += chunk) {
            int end = Math.min(sources, c + chunk);
            joined.fill(source, at + c * plane, volume, sourceH, sourceW, end - c, b.row, b.rows, buffers.copy);
            int panels = lo;
            for (int lattice = 0; lattice < taps.length; lattice++) {
                if (direct()) {
                    int to = ro + plane(b, 0) * resultH * resultW + b.row * resultW;
                    multiply(taps[lattice], c, end, left, panels, b, result, to, resultH * resultW, buffers);
                } else {
                    multiply(
                            taps[lattice],
                            c,
                            end,
                            left,
                            panels,
                            b,
                            buffers.sums,
                            lattice * channels * step(),
                            step(),
                            buffers);
                }
                panels += high * sources * taps[lattice].count();
            }
        }
        for (int i = 0; i < images; i++) {
            if (!direct()) store(i, b, buffers.sums, result, ro);
            int first = ro + plane(b, i) * resultH * resultW + b.row * resultW;
            int channel = b.group * results + b.channel;
            epilogue.apply(simd, channel, channels, result, first, resultH * resultW, b.rows * resultW);
        }
    }

    /// The first plane of the results of a block in its image i.
    private int plane(Block b, int i) {
        return ((b.image + i) * s.groups() + b.group) * results + b.channel;
    }

    /// The part of `to[result][q]` for one output lattice that source channels `first .. end` make, which the copy
    /// holds: a pass over as many as a first-level cache holds at a time.
    private void multiply(
            Taps places,
            int first,
            int end,
            float[] left,
            int panels,
            Block b,
            float[] to,
            int t,
            int ld,
            Buffers buffers) {
        int m = Math.min(part, results - b.channel);
        int n = joined.positions(b.rows);
        if (places.count() == 0) {
            for (int i = 0; i < m; i++) Arrays.fill(to, t + i * ld, t + i * ld + n, 0f);
            return;
        }
        int high = Pack.roundUp(results, simd.rows());
        for (int c = first; c < end; c += pass(places, c)) {
            int channels = pass(places, c);
            int k = channels * places.count();
            int lo = panels + high * c * places.count() + b.channel * k;
            places.table(channels, joined.channel(), buffers.table, k);
            simd.multiplyAt(
                    m,
                    n,
                    k,
                    left,
                    lo,
                    buffers.copy,
                    (c - first) * joined.channel(),
                    buffers.table,
                    to,
                    t,
                    ld,
                    c > 0,
                    buffers.edge);
        }
    }

    /// Sums of image i to their places in the result.
    private void store(int i, Block b, float[] sums, float[] result, int ro) {
        int channels = Math.min(part, results - b.channel);
        int line = images * horizontal.size();
        var lattices = new Lattices(simd, vertical, horizontal, resultH, resultW, line, channels * step());
        for (int channel = 0; channel < channels; channel++) {
            int from = channel * step() + i * horizontal.size();
            lattices.store(b.row, b.rows, sums, from, result, ro + (plane(b, i) + channel) * resultH * resultW);
        }
    }
}
