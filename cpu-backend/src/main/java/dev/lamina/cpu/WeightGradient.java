package dev.lamina.cpu;

import java.util.Arrays;

/// The adjoint of a convolution for its weight: `dw[f, c, i, j] = sum over images and q of dy[f, q] * x[c, q +
/// (i, j)]`.
///
/// As in [ShiftedConv] rows of x are copied so that a kernel place is an offset ([JoinedRows]). The inner size is
/// q. Then either
/// - dy is turned into right panels `[q][output]`, and rows of the copy, one for each channel and place, are the left
///   side ([Simd#multiplyRows]);
/// - or, where there are few channels, both sides stay as they are and inner products run along q
///   ([Simd#innerProducts]).
///
/// Where planes are small, q runs over several images. Where x is worked on by blocks of channels, dy is turned
/// once for all of them.
///
/// The images are cut into a number of parts that depends on the shape alone. Each part sums in order into a
/// buffer of its own, and the buffers are added in order: the bits do not depend on the number of threads.
final class WeightGradient {
    private static final int TASKS = 16;
    /// Positions of one product: a right panel of 32 columns is then 32 KB.
    private static final int POSITIONS = 256;
    /// Channels and places of one block, at least: so many rows pass over a right panel.
    private static final int ROWS = 144;
    /// Floats of the copy of x for one block of rows, and of the sums of one block of channels.
    private static final int BUDGET = 48 * 1024;
    /// The same of sums of inner products, each of which is as many as a tile has columns.
    private static final int LANES = 96 * 1024;
    /// What turning a vector of dy costs, in products of vectors.
    private static final int TURNING = 32;
    /// What an inner product costs, which reads both its factors, against a product in a tile.
    private static final int INNER = 3;
    /// Floats of dy that are turned for all channels at a time: 16 MB.
    private static final int ROUND = 4 << 20;
    /// Channels and places whose sums go to dw together.
    private static final int LINES = 48;

    private final Simd simd;
    private final Workers workers;
    private final Conv2dShape s;
    private final Axis vertical;
    private final Axis horizontal;
    private final Taps taps;
    private final boolean inner;
    /// Channels of one block; blocks of channels, of rows; parts of the list of all (image, block of rows).
    private final int channels;
    private final int channelBlocks;
    private final int rows;
    private final int rowBlocks;
    private final int parts;
    /// Images of a unit, and how what they see of x lies.
    private final int images;
    private final JoinedRows joined;
    /// Whether dy is turned for all blocks of channels.
    private final boolean together;
    /// Units whose dy is turned at a time.
    private final int round;
    /// The sums of one task: `[places of the block, rounded up][outputs, rounded up]`, or if inner `[outputs][places]`.
    private final int high;
    private final int wide;

    private WeightGradient(Simd simd, Workers workers, Conv2dShape s) {
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        vertical = Axis.forward(s.oh(), s.kh(), s.strideH(), s.dilationH(), s.top());
        horizontal = Axis.forward(s.ow(), s.kw(), s.strideW(), s.dilationW(), s.left());
        int outputs = Pack.roundUp(s.outputs(), simd.columns());
        int k = s.inputs() * s.places();
        inner = (long) INNER * k * s.outputs() < (Pack.roundUp(k, simd.rows()) + (long) TURNING) * outputs;
        int each = inner ? s.outputs() * simd.columns() : outputs;
        int fit = (inner ? LANES : BUDGET) / (each * s.places());
        if (!inner) fit = Math.min(fit, Pack.ceilDiv(ROWS, s.places()));
        int most = Math.clamp(fit, 1, s.inputs());
        channelBlocks = Pack.ceilDiv(s.inputs(), most);
        channels = Pack.ceilDiv(s.inputs(), channelBlocks);
        together = !inner && channelBlocks > 1;
        images = inner ? 1 : imagesOfUnit();
        int copied = JoinedRows.planes(s, vertical, horizontal) * channels * s.ow();
        int lines = BUDGET / copied - vertical.margin();
        lines = Math.min(lines, Math.max(4, Pack.ceilDiv(s.oh() * s.n(), TASKS)));
        rowBlocks = images > 1 ? 1 : Pack.ceilDiv(s.oh(), Math.clamp(lines, 1, s.oh()));
        rows = Pack.ceilDiv(s.oh(), rowBlocks);
        joined = new JoinedRows(simd, s, vertical, horizontal, rows, images);
        taps = joined.taps(s, 0, 0);
        round = together ? Math.clamp(ROUND / ((long) s.groups() * turnedSize()), 1, units()) : units();
        parts = Math.min(round, Pack.ceilDiv(TASKS, channelBlocks * s.groups()));
        high = inner ? s.outputs() : Pack.roundUp(channels * s.places(), simd.rows());
        wide = inner ? channels * s.places() : outputs;
    }

    /// The largest number that divides the batch and does not exceed what is worked on at once.
    private int imagesOfUnit() {
        int most = Math.clamp(POSITIONS / (s.oh() * s.ow()), 1, s.n());
        while (s.n() % most != 0) most--;
        return most;
    }

    /// Images, or blocks of rows of one image, that are worked on at once.
    private int units() {
        return s.n() / images * rowBlocks;
    }

    /// dw `[o, c / groups, kh, kw]`, overwritten, from x and dy.
    static void run(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        new WeightGradient(simd, workers, s).run(x, xo, dy, dyo, dw, dwo);
    }

    private void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        var sums = Scratch.floats(parts * s.groups() * channelBlocks * high * wide);
        var turned = Scratch.floats(together ? round * s.groups() * turnedSize() : 0);
        for (int unit = 0; unit < units(); unit += round) {
            int first = unit;
            int count = Math.min(round, units() - first);
            workers.loop(together ? count * s.groups() : 0, 1, (from, to) -> {
                var edge = edge();
                for (int i = from; i < to; i++) {
                    var u = new Unit(first + i / s.groups(), i % s.groups());
                    int n = joined.positions(u.rowCount);
                    int most = positions(n);
                    for (int q = 0; q < n; q += most)
                        turn(u, q, Math.min(most, n - q), dy, dyo, turned, i * turnedSize() + q * wide, edge);
                }
                Scratch.give(edge);
            });
            workers.loop(s.groups() * channelBlocks * parts, 1, (from, to) -> {
                var buffers = new Buffers();
                for (int task = from; task < to; task++)
                    part(task, first, count, x, xo, dy, dyo, turned, sums, buffers);
                buffers.give();
            });
        }
        Scratch.give(turned);
        int all = inner ? s.outputs() : Pack.ceilDiv(channels * s.places(), LINES);
        int items = s.groups() * channelBlocks * all;
        int each = high * wide * parts / all;
        workers.loop(items, Math.clamp(20_000 / each, 1, items), (from, to) -> {
            var edge = edge();
            for (int i = from; i < to; i++) {
                if (inner) sameOrder(i / all, i % all, sums, dw, dwo);
                else turnBack(i / all, i % all * LINES, sums, dw, dwo, edge);
            }
            Scratch.give(edge);
        });
        Scratch.give(sums);
    }

    /// Floats of dy of one unit and group as right panels.
    private int turnedSize() {
        return Pack.roundUp(s.outputs(), simd.columns()) * joined.positions(rows);
    }

    /// Positions of each of the products that n are cut into.
    private static int positions(int n) {
        return Pack.ceilDiv(n, Pack.ceilDiv(n, POSITIONS));
    }

    /// For tiles over the border, and for turning.
    private float[] edge() {
        return Scratch.floats(Math.max(simd.rows(), simd.columns() / 4) * simd.columns());
    }

    /// The memory of one thread.
    private final class Buffers {
        final float[] copy = joined.copyOf(channels);
        final float[] dy = Scratch.floats(together || inner ? 0 : Math.min(POSITIONS, joined.positions(rows)) * wide);
        final int[] table = Scratch.ints(Pack.roundUp(channels * s.places(), simd.rows()));
        final float[] edge = edge();
        final float[] lanes = Scratch.floats(inner ? high * wide * simd.columns() : 0);

        void give() {
            Scratch.give(lanes);
            Scratch.give(edge);
            Scratch.give(table);
            Scratch.give(dy);
            Scratch.give(copy);
        }

        /// Begins inner products; what they read beyond a row is multiplied by zeros and must be finite.
        void clear() {
            Arrays.fill(copy, 0f);
            Arrays.fill(lanes, 0, high * wide * simd.columns(), 0f);
        }
    }

    /// Some images, or some rows of one, of a group.
    private final class Unit {
        final int group;
        final int image;
        final int row;
        final int rowCount;

        Unit(int unit, int group) {
            this.group = group;
            image = unit / rowBlocks * images;
            row = unit % rowBlocks * rows;
            rowCount = Math.min(rows, s.oh() - row);
        }

        /// The plane of image i in a tensor with so many channels in each group.
        int plane(int i, int channels) {
            return ((image + i) * s.groups() + group) * channels;
        }
    }

    /// One task `[part][group][block of channels]` of units `first .. first + count`.
    private void part(
            int task,
            int first,
            int count,
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] turned,
            float[] sums,
            Buffers buffers) {
        int blocks = s.groups() * channelBlocks;
        int part = task / blocks;
        int group = task % blocks / channelBlocks;
        int channel = task % channelBlocks * channels;
        int valid = Math.min(channels, s.inputs() - channel);
        int sum = sumsOf(task % blocks) + part * high * wide;
        int k = Pack.roundUp(valid * s.places(), simd.rows());
        taps.table(valid, joined.channel(), buffers.table, k);
        if (inner) buffers.clear();
        if (first == 0) Arrays.fill(sums, sum, sum + high * wide, 0f);
        for (int i = part * count / parts; i < (part + 1) * count / parts; i++) {
            var unit = new Unit(first + i, group);
            if (unit.rowCount <= 0) {
                continue;
            }
            int plane = s.h() * s.w();
            int from = xo + (unit.plane(0, s.inputs()) + channel) * plane;
            joined.fill(x, from, s.c() * plane, s.h(), s.w(), valid, unit.row, unit.rowCount, buffers.copy);
            int n = joined.positions(unit.rowCount);
            if (inner) {
                innerProducts(unit, n, valid * s.places(), dy, dyo, buffers);
                continue;
            }
            float[] right = together ? turned : buffers.dy;
            int most = positions(n);
            for (int q = 0; q < n; q += most) {
                int size = Math.min(most, n - q);
                int at = together ? (i * s.groups() + group) * turnedSize() + q * wide : 0;
                if (!together) turn(unit, q, size, dy, dyo, right, at, buffers.edge);
                simd.multiplyRows(
                        k, wide, size, buffers.copy, q, buffers.table, right, at, sums, sum, wide, true, buffers.edge);
            }
        }
        for (int i = 0; inner && i < high * wide; i++)
            sums[sum + i] = (float) simd.sum(simd.columns(), buffers.lanes, i * simd.columns());
    }

    private void innerProducts(Unit unit, int n, int k, float[] dy, int dyo, Buffers buffers) {
        for (int f = 0; f < s.outputs(); f++) {
            int from = dyo + ((unit.plane(0, s.outputs()) + f) * s.oh() + unit.row) * s.ow();
            int to = f * wide * simd.columns();
            simd.innerProducts(1, n, k, dy, from, buffers.copy, 0, buffers.table, 0, buffers.lanes, to);
        }
    }

    /// Positions `q .. q + n` of dy as right panels.
    private void turn(Unit unit, int q, int n, float[] dy, int dyo, float[] to, int t, float[] work) {
        int nr = simd.columns();
        int plane = s.oh() * s.ow();
        int runs = images == 1 ? 1 : unit.rowCount;
        int length = n / images / runs;
        for (int f = 0; f < s.outputs(); f += nr) {
            int outputs = Math.min(nr, s.outputs() - f);
            for (int i = 0; i < images; i++) {
                int from = dyo + (unit.plane(i, s.outputs()) + f) * plane + unit.row * s.ow() + q;
                for (int r = 0; r < runs; r++) {
                    int line = t + f * n + (r * images + i) * length * nr;
                    if (outputs == nr) simd.transpose(nr, length, dy, from + r * length, plane, to, line, nr, work);
                    else Pack.across(outputs, length, dy, from + r * length, plane, to, line, nr);
                }
            }
        }
    }

    /// Where the sums of a group and block of channels begin, part after part.
    private int sumsOf(int block) {
        return block * parts * high * wide;
    }

    /// Where in dw output 0 of a group and block of channels begins.
    private int target(int block, int dwo) {
        int group = block / channelBlocks;
        return dwo + (group * s.outputs() * s.inputs() + block % channelBlocks * channels) * s.places();
    }

    private int placesOf(int block) {
        return Math.min(channels, s.inputs() - block % channelBlocks * channels) * s.places();
    }

    /// `[output][place]` to dw, one output.
    private void sameOrder(int block, int f, float[] sums, float[] dw, int dwo) {
        int to = target(block, dwo) + f * s.inputs() * s.places();
        int at = sumsOf(block) + f * wide;
        int n = placesOf(block);
        System.arraycopy(sums, at, dw, to, n);
        for (int part = 1; part < parts; part++) simd.axpy(n, 1, sums, at + part * high * wide, dw, to);
    }

    /// `[place][output]` to dw, some places.
    private void turnBack(int block, int place, float[] sums, float[] dw, int dwo, float[] work) {
        int n = Math.min(LINES, placesOf(block) - place);
        if (n <= 0) return;
        int at = sumsOf(block) + place * wide;
        for (int part = 1; part < parts; part++) simd.axpy(n * wide, 1, sums, at + part * high * wide, sums, at);
        int to = target(block, dwo) + place;
        simd.transpose(n, s.outputs(), sums, at, wide, dw, to, s.inputs() * s.places(), work);
    }
}
