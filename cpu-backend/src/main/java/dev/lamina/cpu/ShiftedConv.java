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
/// Shared out over images, groups and row blocks. Each output is one sum in one order, whatever the blocks.
final class ShiftedConv {
    /// Rows of source channels of one pass: a tile reads some two lines of cache of each, 12 KB. With 24 KB it
    /// was a sixth slower, as the weights pass through the first level too.
    private static final int ROWS = 96;
    /// Floats of copy and result for one block of rows: they stay in the second-level cache.
    private static final int BUDGET = 96 * 1024;
    private static final int TASKS = 16;
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
    /// Rows of one block, lines and columns of a plane of the copy.
    private final int rows;
    private final int lines;
    private final int columns;
    private final int planes;
    private final Taps[] taps;

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
        columns = horizontal.lines(horizontal.size());
        planes = vertical.split() * horizontal.split();
        rows = rowsOfBlock();
        lines = vertical.lines(rows);
        taps = new Taps[vertical.weave() * horizontal.weave()];
        for (int i = 0; i < taps.length; i++) {
            int a = i / horizontal.weave();
            taps[i] = Taps.of(s, vertical, horizontal, lines, columns, a, i % horizontal.weave());
        }
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

    private int rowsOfBlock() {
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

    private void run(float[] source, int so, float[] weight, int wo, float[] result, int ro) {
        int high = Pack.roundUp(results, simd.rows());
        int weights = high * sources * s.places();
        var left = Scratch.floats(s.groups() * weights);
        pack(weight, wo, left, weights);
        int blocks = Pack.ceilDiv(vertical.size(), rows);
        int tasks = s.n() * s.groups() * blocks;
        long each = Math.max(1, (long) results * sources * s.places() * rows * columns);
        workers.loop(tasks, Math.clamp(SERIAL / each, 1, tasks), (from, to) -> {
            var copy = Scratch.floats(sources * planes * lines * columns + simd.columns());
            var sums = Scratch.floats(results * rows * columns);
            var table = Scratch.ints(Math.min(sources, ROWS) * s.places());
            var edge = Scratch.floats(simd.rows() * simd.columns());
            for (int task = from; task < to; task++) {
                int image = task / blocks;
                int group = image % s.groups();
                int first = task % blocks * rows;
                int count = Math.min(rows, vertical.size() - first);
                fill(source, so + image * sources * sourceH * sourceW, first, count, copy);
                int target = ro + image * results * resultH * resultW;
                int panels = group * weights;
                for (int lattice = 0; lattice < taps.length; lattice++) {
                    multiply(lattice, left, panels, copy, count, sums, table, edge);
                    store(lattice, sums, first, count, result, target);
                    panels += high * sources * taps[lattice].count();
                }
            }
            Scratch.give(edge);
            Scratch.give(table);
            Scratch.give(sums);
            Scratch.give(copy);
        });
        Scratch.give(left);
    }

    /// Source channels of one pass.
    private int pass(Taps places) {
        return Math.clamp(ROWS / Math.min(s.kh(), Math.max(1, places.count())), 1, sources);
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
        for (int c = 0; c < channels; c++) {
            for (int place : lattice.places()) {
                int from = wo + c * bySource + place;
                for (int r = 0; r < mr; r++) {
                    left[to++] = r < valid ? weight[from + r * byResult] : 0f;
                }
            }
        }
    }

    /// The copy `[source channel][plane][lines][columns]` for lattice rows `first .. first + count`.
    private void fill(float[] source, int so, int first, int count, float[] copy) {
        for (int c = 0; c < sources; c++) {
            for (int plane = 0; plane < planes; plane++) {
                int row = first * vertical.split() + plane / horizontal.split() + vertical.origin();
                int column = plane % horizontal.split() + horizontal.origin();
                PlaneWindow.copy(
                        source,
                        so + c * sourceH * sourceW,
                        sourceH,
                        sourceW,
                        row,
                        column,
                        vertical.split(),
                        horizontal.split(),
                        vertical.lines(count),
                        columns,
                        copy,
                        (c * planes + plane) * lines * columns);
            }
        }
    }

    /// `sums[result][q]` for one output lattice, a pass over as many source channels as fit at a time.
    private void multiply(
            int lattice, float[] left, int panels, float[] copy, int count, float[] sums, int[] table, float[] edge) {
        var places = taps[lattice];
        int ld = rows * columns;
        int n = (count - 1) * columns + horizontal.size();
        if (places.count() == 0) {
            Arrays.fill(sums, 0, results * ld, 0f);
            return;
        }
        int high = Pack.roundUp(results, simd.rows());
        int step = pass(places);
        int channel = planes * lines * columns;
        places.table(step, channel, table, step * places.count());
        for (int c = 0; c < sources; c += step) {
            int k = Math.min(step, sources - c) * places.count();
            simd.multiplyAt(results, n, k, left, panels, copy, c * channel, table, sums, 0, ld, c > 0, edge);
            panels += high * k;
        }
    }

    /// Rows of the lattice to their places in the result, without what lies beyond the end of each row.
    private void store(int lattice, float[] sums, int first, int count, float[] result, int ro) {
        int down = first * vertical.weave() + lattice / horizontal.weave() + vertical.target();
        int right = lattice % horizontal.weave() + horizontal.target();
        for (int channel = 0; channel < results; channel++) {
            for (int r = 0; r < count; r++) {
                int line = down + r * vertical.weave();
                if (line < 0 || line >= resultH) {
                    continue;
                }
                int from = (channel * rows + r) * columns;
                int to = ro + (channel * resultH + line) * resultW + right;
                if (horizontal.weave() == 1) {
                    System.arraycopy(sums, from, result, to, resultW);
                    continue;
                }
                for (int t = 0; t < horizontal.size(); t++) {
                    int column = right + t * horizontal.weave();
                    if (column >= 0 && column < resultW) {
                        result[to + t * horizontal.weave()] = sums[from + t];
                    }
                }
            }
        }
    }
}
