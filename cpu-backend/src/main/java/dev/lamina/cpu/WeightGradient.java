package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import java.util.Arrays;

/// The adjoint of a convolution for its weight: `dw[f, c, i, j] = sum over images and q of dy[f, q] * x[c, q +
/// (i, j)]`.
///
/// As in [ShiftedConv] the rows of x are copied once with their margins, so that a kernel place is an offset,
/// and dy is spread to the same row length, zeros at the ends of the rows. The inner size is q. Then either
/// - dy is turned into right panels `[q][output]`, and rows of the copy, one for each channel and place, are the left
///   side ([Simd#multiplyRows]): full speed, but turning dy costs as much as some forty places;
/// - or, where there are few places or outputs, both sides stay as they are and tiles of inner products run along q.
///
/// The images are cut into a number of parts that depends on the shape alone. Each part sums in order into a
/// buffer of its own, and the buffers are added in order: the bits do not depend on the number of threads.
final class WeightGradient {
    private static final int TASKS = 16;
    /// Positions of one block of rows: a right panel of 16 columns is then 20 KB.
    private static final int POSITIONS = 320;
    /// Floats of the copy of x for one block of rows, and of the sums of one block of channels.
    private static final int BUDGET = 48 * 1024;
    /// Places and channels together below which turning dy does not pay.
    private static final int FEW = 40;

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
    private final int lines;
    private final int columns;
    private final int planes;
    /// The sums of one task: `[places of the block, rounded up][outputs, rounded up]`, or `[outputs][places]`
    /// if inner.
    private final int high;
    private final int wide;

    private WeightGradient(Simd simd, Workers workers, Conv2dShape s) {
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        vertical = Axis.forward(s.oh(), s.kh(), s.strideH(), s.dilationH(), s.top());
        horizontal = Axis.forward(s.ow(), s.kw(), s.strideW(), s.dilationW(), s.left());
        columns = horizontal.lines(horizontal.size());
        planes = vertical.split() * horizontal.split();
        int all = s.inputs() * s.places();
        inner = all <= FEW || s.outputs() < simd.columns() / 4;
        int outputs = Pack.roundUp(s.outputs(), simd.columns());
        int most = inner ? s.inputs() : Math.clamp(BUDGET / ((long) outputs * s.places()), 1, s.inputs());
        channelBlocks = Pack.ceilDiv(s.inputs(), most);
        channels = Pack.ceilDiv(s.inputs(), channelBlocks);
        int row = columns * planes * channels;
        int fit = Math.clamp(Math.min(POSITIONS / columns, (BUDGET - vertical.margin() * row) / row), 1, s.oh());
        rowBlocks = Pack.ceilDiv(s.oh(), fit);
        rows = Pack.ceilDiv(s.oh(), rowBlocks);
        lines = vertical.lines(rows);
        parts = Math.min(s.n() * rowBlocks, Pack.ceilDiv(TASKS, channelBlocks * s.groups()));
        taps = Taps.of(s, vertical, horizontal, lines, columns, 0, 0);
        high = inner ? s.outputs() : Pack.roundUp(channels * s.places(), simd.rows());
        wide = inner ? channels * s.places() : outputs;
    }

    /// dw `[o, c / groups, kh, kw]`, overwritten, from x and dy.
    static void run(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        new WeightGradient(simd, workers, s).run(x, xo, dy, dyo, dw, dwo);
    }

    private void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        var sums = Scratch.floats(parts * s.groups() * channelBlocks * high * wide);
        workers.loop(s.groups() * channelBlocks * parts, 1, (from, to) -> {
            int positions = rows * columns;
            var copy = Scratch.floats(channels * planes * lines * columns + simd.columns());
            var turned = Scratch.floats(Pack.roundUp(s.outputs(), simd.columns()) * positions);
            var table = Scratch.ints(Pack.roundUp(channels * s.places(), simd.rows()));
            var edge = Scratch.floats(simd.rows() * simd.columns());
            for (int task = from; task < to; task++) {
                part(task, x, xo, dy, dyo, sums, copy, turned, table, edge);
            }
            Scratch.give(edge);
            Scratch.give(table);
            Scratch.give(turned);
            Scratch.give(copy);
        });
        int rows = s.groups() * channelBlocks * high;
        workers.loop(rows, Math.clamp(20_000 / (wide * parts), 1, rows), (from, to) -> {
            var total = Scratch.floats(wide);
            for (int row = from; row < to; row++) {
                gather(row, sums, total, dw, dwo);
            }
            Scratch.give(total);
        });
        Scratch.give(sums);
    }

    /// One task `[group][block of channels][part]`.
    private void part(
            int task,
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] sums,
            float[] copy,
            float[] turned,
            int[] table,
            float[] edge) {
        int group = task / parts / channelBlocks;
        int channel = task / parts % channelBlocks * channels;
        int valid = Math.min(channels, s.inputs() - channel);
        int units = s.n() * rowBlocks;
        long part = task % parts;
        int sum = task * high * wide;
        int k = Pack.roundUp(valid * s.places(), simd.rows());
        taps.table(valid, planes * lines * columns, table, k);
        Arrays.fill(sums, sum, sum + high * wide, 0f);
        for (int unit = (int) (part * units / parts); unit < (int) ((part + 1) * units / parts); unit++) {
            int image = unit / rowBlocks;
            int first = unit % rowBlocks * rows;
            int count = Math.min(rows, s.oh() - first);
            if (count <= 0) {
                continue;
            }
            int plane = (image * s.groups() + group) * s.inputs() + channel;
            fill(valid, x, xo + plane * s.h() * s.w(), first, count, copy);
            int from = dyo + ((image * s.groups() + group) * s.outputs() * s.oh() + first) * s.ow();
            int n = (count - 1) * columns + s.ow();
            if (inner) {
                spread(dy, from, count, turned);
                int ld = rows * columns;
                simd.dots(s.outputs(), valid * s.places(), n, turned, 0, ld, copy, 0, table, sums, sum, wide);
            } else {
                turn(dy, from, count, n, turned);
                simd.multiplyRows(k, wide, n, copy, 0, table, turned, 0, sums, sum, wide, true, edge);
            }
        }
    }

    private void fill(int valid, float[] x, int at, int first, int count, float[] copy) {
        for (int c = 0; c < valid; c++) {
            for (int plane = 0; plane < planes; plane++) {
                PlaneWindow.copy(
                        x,
                        at + c * s.h() * s.w(),
                        s.h(),
                        s.w(),
                        first * s.strideH() + plane / s.strideW() - s.top(),
                        plane % s.strideW() - s.left(),
                        s.strideH(),
                        s.strideW(),
                        vertical.lines(count),
                        columns,
                        copy,
                        (c * planes + plane) * lines * columns);
            }
        }
    }

    /// Rows of dy at the row length of the copy, zeros between.
    private void spread(float[] dy, int from, int count, float[] to) {
        for (int f = 0; f < s.outputs(); f++) {
            for (int r = 0; r < count; r++) {
                int line = (f * rows + r) * columns;
                System.arraycopy(dy, from + (f * s.oh() + r) * s.ow(), to, line, s.ow());
                Arrays.fill(to, line + s.ow(), line + columns, 0f);
            }
        }
    }

    /// The same as right panels of n positions.
    private void turn(float[] dy, int from, int count, int n, float[] to) {
        int nr = simd.columns();
        int plane = s.oh() * s.ow();
        for (int f = 0; f < s.outputs(); f += nr) {
            int outputs = Math.min(nr, s.outputs() - f);
            for (int r = 0; r < count; r++) {
                int line = (f * n) + r * columns * nr;
                Pack.across(outputs, s.ow(), dy, from + f * plane + r * s.ow(), plane, to, line, nr);
                if (r < count - 1) {
                    Arrays.fill(to, line + s.ow() * nr, line + columns * nr, 0f);
                }
            }
        }
    }

    /// One row of the buffers of a group and block of channels, part after part, and from there to its places
    /// in dw.
    private void gather(int row, float[] sums, float[] total, float[] dw, int dwo) {
        int group = row / high / channelBlocks;
        int block = row / high % channelBlocks;
        int line = row % high;
        int at = (row / high * parts * high + line) * wide;
        System.arraycopy(sums, at, total, 0, wide);
        for (int part = 1; part < parts; part++) {
            simd.binary(BinaryFn.ADD, wide, total, 0, sums, at + part * high * wide, total, 0);
        }
        int each = s.inputs() * s.places();
        int first = block * channels * s.places();
        int to = dwo + group * s.outputs() * each + first;
        int places = Math.min(channels * s.places(), each - first);
        if (inner) {
            System.arraycopy(total, 0, dw, to + line * each, places);
        } else if (line < places) {
            for (int f = 0; f < s.outputs(); f++) {
                dw[to + f * each + line] = total[f];
            }
        }
    }
}
