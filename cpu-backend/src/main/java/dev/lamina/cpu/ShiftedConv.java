package dev.lamina.cpu;

import java.util.Arrays;

/// A convolution, or its adjoint for the input, as matrix products over shifted planes.
///
/// A block of rows of one image is copied into scratch once, with its zero margins. In that copy the source of
/// output position q for kernel place t is `copy[q + at[t]]`, over all rows at once: q runs through the rows of
/// the copy, its margin included, so the few results at the end of each row are not outputs and are dropped (8
/// % of them for 24 columns and a 3 x 3 kernel). Output `[channels, q]` is then the weight matrix `[channels,
/// source channels * places]` times rows of the copy that begin at `at[...]`, [Simd#multiplyAt]: no patch is
/// ever written.
///
/// Where rows are short, margins would be a large part of the work, and one image too little of it for all the weights
/// that are read: then the copy holds several images, and their positions are worked on side by side without margins
/// ([RightPanels]).
///
/// Shared out over images, groups, row blocks and, where these are few, result channels. Each output is one sum in one
/// order, whatever the blocks.
final class ShiftedConv {
    /// Rows of source channels of one pass: a tile reads some two lines of cache of each, 12 KB. With 24 KB it
    /// was a sixth slower, as the weights pass through the first level too.
    private static final int ROWS = 96;
    /// Floats of copy and result for one block of rows: they stay in the second-level cache.
    private static final int BUDGET = 96 * 1024;
    private static final int TASKS = 16;
    /// Positions of several images that are worked on together, fewer if their sources are copied.
    private static final int POSITIONS = 1024;
    private static final int COPIED = 512;
    /// Result channels of one task, at least: as many rows without margins are written for few as for many.
    private static final int CHANNELS = 256;
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
    /// Rows and images of one block, its result channels, and how the sources of it lie.
    private final int rows;
    private final int images;
    private final int part;
    private final PaddedRows padded;
    private final Taps[] taps;
    /// Where rows are short, otherwise null.
    private final RightPanels right;

    private ShiftedConv(Simd simd, Workers workers, Conv2dShape s, boolean adjoint) {
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
        boolean packed = PaddedRows.packs(simd, horizontal.size(), results);
        int columns = horizontal.lines(horizontal.size());
        rows = packed ? vertical.size() : rowsOfBlock(columns);
        taps = new Taps[vertical.weave() * horizontal.weave()];
        for (int i = 0; i < taps.length; i++) {
            int a = i / horizontal.weave();
            taps[i] = Taps.of(s, vertical, horizontal, vertical.lines(rows), columns, a, i % horizontal.weave());
        }
        images = packed ? imagesOfBlock(rows * horizontal.size()) : 1;
        padded = PaddedRows.of(simd, vertical, horizontal, rows, images, packed, taps);
        right = !packed
                ? null
                : s.pointwise() ? RightPanels.ofPlanes(simd, padded, sources) : RightPanels.ofCopy(simd, padded);
        int tasks = Pack.ceilDiv(s.n(), images) * s.groups();
        int least = packed ? CHANNELS : results;
        part = Pack.roundUp(Math.max(least, Pack.ceilDiv(results, Pack.ceilDiv(TASKS, tasks))), simd.rows());
    }

    /// y `[n, o, oh, ow]` from x and weight.
    static void forward(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] weight, int wo, float[] y, int yo) {
        new ShiftedConv(simd, workers, s, false).run(x, xo, weight, wo, y, yo);
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
        new ShiftedConv(simd, workers, s, true).run(dy, dyo, weight, wo, dx, dxo);
    }

    private int rowsOfBlock(int columns) {
        int planes = vertical.split() * horizontal.split();
        int all = vertical.size();
        long row = (long) columns * (sources * planes + results);
        long margin = (long) columns * sources * planes * vertical.margin();
        long fit = Math.clamp((BUDGET - margin) / row, Math.min(4, all), all);
        int images = s.n() * s.groups();
        if (images < TASKS) {
            int wanted = Pack.ceilDiv(TASKS, images);
            fit = Math.min(fit, Math.max(Math.min(4, all), Pack.ceilDiv(all, wanted)));
        }
        return Pack.ceilDiv(all, Pack.ceilDiv(all, (int) fit));
    }

    /// As many as leave the least of all panels empty.
    private int imagesOfBlock(int positions) {
        int most = Math.clamp((s.pointwise() ? POSITIONS : COPIED) / positions, 1, s.n());
        int best = 1;
        for (int i = 2; i <= most; i++) if (panels(i, positions) <= panels(best, positions)) best = i;
        return best;
    }

    /// Panels of all images, where so many are worked on together.
    private int panels(int images, int positions) {
        int last = s.n() % images;
        return s.n() / images * Pack.ceilDiv(images * positions, simd.columns())
                + Pack.ceilDiv(last * positions, simd.columns());
    }

    private void run(float[] source, int so, float[] weight, int wo, float[] result, int ro) {
        int high = Pack.roundUp(results, simd.rows());
        int weights = high * sources * s.places();
        var left = Scratch.floats(s.groups() * weights);
        pack(weight, wo, left, weights);
        int blocks = Pack.ceilDiv(vertical.size(), rows);
        int parts = Pack.ceilDiv(results, part);
        int tasks = Pack.ceilDiv(s.n(), images) * s.groups() * blocks * parts;
        long each = Math.max(1, (long) Math.min(part, results) * sources * s.places() * padded.positions(images, rows));
        workers.loop(tasks, Math.clamp(SERIAL / each, 1, tasks), (from, to) -> {
            var buffers = new Buffers();
            for (int task = from; task < to; task++) {
                int block = task / parts % blocks;
                int group = task / parts / blocks % s.groups();
                int image = task / parts / blocks / s.groups() * images;
                int first = block * rows;
                var b = new Block(
                        image,
                        Math.min(images, s.n() - image),
                        group,
                        first,
                        Math.min(rows, vertical.size() - first),
                        task % parts * part);
                int volume = sources * sourceH * sourceW;
                int at = so + (image * s.groups() + group) * volume;
                if (!inPlace())
                    padded.fill(
                            source,
                            at,
                            s.groups() * volume,
                            sourceH,
                            sourceW,
                            sources,
                            b.images,
                            first,
                            b.rows,
                            buffers.copy);
                if (right != null) right.list(b.images, b.rows, buffers.pieces);
                int panels = group * weights;
                for (int lattice = 0; lattice < taps.length; lattice++) {
                    if (inPlace()) multiply(lattice, left, panels, source, at, b, buffers);
                    else multiply(lattice, left, panels, buffers.copy, 0, b, buffers);
                    store(lattice, buffers.sums, b, result, ro);
                    panels += high * sources * taps[lattice].count();
                }
            }
            buffers.give();
        });
        Scratch.give(left);
    }

    /// Whether sources are read where they lie.
    private boolean inPlace() {
        return right != null && s.pointwise();
    }

    /// What one task computes.
    ///
    /// @param image the first of so many
    /// @param row the first of so many
    /// @param channel the first result channel
    private record Block(int image, int images, int group, int row, int rows, int channel) {}

    /// The memory of one thread.
    private final class Buffers {
        final float[] copy = padded.copyOf(inPlace() ? 0 : sources);
        final float[] sums = Scratch.floats(Math.min(part, results) * images * rows * padded.width());
        final int[] table = Scratch.ints(depth());
        final float[] edge = Scratch.floats(simd.rows() * simd.columns());
        final int[] pieces = Scratch.ints(right == null ? 0 : right.listed());
        final float[] panel = Scratch.floats(right == null ? 0 : right.floats(depth()));

        void give() {
            Scratch.give(panel);
            Scratch.give(pieces);
            Scratch.give(edge);
            Scratch.give(table);
            Scratch.give(sums);
            Scratch.give(copy);
        }
    }

    /// Rows of sources of the deepest pass.
    private int depth() {
        int most = 0;
        for (Taps t : taps) most = Math.max(most, pass(t) * t.count());
        return most;
    }

    /// Source channels of one pass.
    private int pass(Taps places) {
        int count = Math.max(1, places.count());
        int most = padded.packed() ? PaddedRows.panel(simd) / count : ROWS / Math.min(s.kh(), count);
        return Math.clamp(most, 1, sources);
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
                    int step = pass(lattice);
                    for (int c = 0; c < sources; c += step) {
                        int channels = Math.min(step, sources - c);
                        int k = channels * lattice.count();
                        int from0 = wo + group * results * sources * s.places() + i * byResult + c * bySource;
                        panel(Math.min(mr, results - i), channels, lattice, weight, from0, left, base + i * k);
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

    /// `sums[result][q]` for one output lattice, a pass over as many source channels as fit at a time.
    private void multiply(int lattice, float[] left, int panels, float[] source, int so, Block b, Buffers buffers) {
        var places = taps[lattice];
        int ld = images * rows * padded.width();
        int m = Math.min(part, results - b.channel);
        if (places.count() == 0) {
            Arrays.fill(buffers.sums, 0, m * ld, 0f);
            return;
        }
        int n = padded.positions(b.images, b.rows);
        int high = Pack.roundUp(results, simd.rows());
        int step = pass(places);
        int[] table = buffers.table;
        for (int c = 0; c < sources; c += step) {
            int channels = Math.min(step, sources - c);
            int k = channels * places.count();
            int lo = panels + b.channel * k;
            boolean add = c > 0;
            if (right != null) {
                right.multiply(
                        m,
                        n,
                        places,
                        c,
                        channels,
                        left,
                        lo,
                        source,
                        so,
                        buffers.pieces,
                        table,
                        buffers.panel,
                        buffers.sums,
                        ld,
                        add,
                        buffers.edge);
            } else {
                int from = so + c * padded.channel();
                places.table(channels, padded.channel(), table, k);
                simd.multiplyAt(m, n, k, left, lo, source, from, table, buffers.sums, 0, ld, add, buffers.edge);
            }
            panels += high * k;
        }
    }

    /// Rows of the lattice to their places in the result, without what lies beyond the end of each row.
    private void store(int lattice, float[] sums, Block b, float[] result, int ro) {
        int down = b.row * vertical.weave() + lattice / horizontal.weave() + vertical.target();
        int channels = Math.min(part, results - b.channel);
        for (int i = 0; i < b.images; i++) {
            int plane = ((b.image + i) * s.groups() + b.group) * results + b.channel;
            for (int channel = 0; channel < channels; channel++) {
                if (vertical.weave() == 1 && horizontal.weave() == 1 && padded.width() == resultW) {
                    int to = ro + ((plane + channel) * resultH + b.row) * resultW;
                    int from = (channel * images + i) * rows * resultW;
                    System.arraycopy(sums, from, result, to, b.rows * resultW);
                    continue;
                }
                for (int r = 0; r < b.rows; r++) {
                    int line = down + r * vertical.weave();
                    if (line >= 0 && line < resultH) {
                        int from = ((channel * images + i) * rows + r) * padded.width();
                        row(lattice, sums, from, result, ro + ((plane + channel) * resultH + line) * resultW);
                    }
                }
            }
        }
    }

    private void row(int lattice, float[] sums, int from, float[] result, int to) {
        int right = lattice % horizontal.weave() + horizontal.target();
        if (horizontal.weave() == 1) {
            System.arraycopy(sums, from, result, to + right, resultW);
            return;
        }
        for (int t = 0; t < horizontal.size(); t++) {
            int column = right + t * horizontal.weave();
            if (column >= 0 && column < resultW) {
                result[to + column] = sums[from + t];
            }
        }
    }
}
