package dev.lamina.cpu;

import java.util.Arrays;

/// The adjoint of a convolution for its input: what dy adds to dx through each kernel place is the matrix product
/// `[channels * places, outputs] x [outputs, q]`, whose rows are then added where they belong. dy is read where it
/// lies, and no tile is padding where there are few channels; with strides the products have the inner size of all
/// outputs.
///
/// Shared out over images, groups, channels where these are many, and blocks of rows of dx; each block works on the
/// rows of dy that reach it. What falls beside the image is dropped. With strides rows are added to lattices of
/// their own (see [Axis]), which are woven together in the end.
final class ScatteredConv {
    /// Rows of products, and floats of them at a time: a quarter of a second-level cache.
    private static final int ROWS = 640;
    private static final int PRODUCTS = 48 * 1024;
    /// Floats of the sums of a block.
    private static final int SUMS = 96 * 1024;
    private static final int TASKS = 16;
    private static final int DEPTH = 256;
    private static final long SERIAL = 500_000;

    private final Simd simd;
    private final Workers workers;
    private final Conv2dShape s;
    private final Axis vertical;
    private final Axis horizontal;
    /// Channels of a block, rows of its products, and where what each row adds to begins, from the place of its dy on.
    private final int channels;
    private final int m;
    private final int[] at;
    /// Rows of lattices of a block.
    private final int rows;
    /// Floats from a row of a lattice to the next, from a lattice to the next, and of all of a channel.
    private final int width;
    private final int lattice;
    private final int channel;

    private ScatteredConv(Simd simd, Workers workers, Conv2dShape s) {
        this.simd = simd;
        this.workers = workers;
        this.s = s;
        vertical = Axis.adjoint(s.h(), s.kh(), s.strideH(), s.dilationH(), s.top());
        horizontal = Axis.adjoint(s.w(), s.kw(), s.strideW(), s.dilationW(), s.left());
        int parts = Pack.ceilDiv(s.inputs(), Math.max(1, ROWS / s.places()));
        channels = Pack.ceilDiv(s.inputs(), parts);
        m = channels * s.places();
        int columns = Math.max(s.ow(), horizontal.size() + horizontal.origin()) + horizontal.margin();
        width = columns + simd.columns() / 2; // a vector at the end of a row does not reach the next one
        int lattices = vertical.weave() * horizontal.weave();
        rows = rowsOfBlock(channels * lattices * width);
        lattice = (rows + 2 * vertical.margin()) * width;
        channel = lattices * lattice;
        at = new int[m];
        for (int p = 0; p < m; p++) {
            int i = p / s.kw() % s.kh();
            int j = p % s.kw();
            int phase = vertical.phase(i) * horizontal.weave() + horizontal.phase(j);
            at[p] = p / s.places() * channel + phase * lattice + reach(vertical, i) * width + reach(horizontal, j);
        }
    }

    /// How many lines further on than its own a line of dy adds to through place i.
    private static int reach(Axis axis, int i) {
        return axis.margin() - axis.shift(i);
    }

    private int rowsOfBlock(int row) {
        int all = vertical.size();
        int blocks = Pack.ceilDiv(TASKS, s.n() * s.groups());
        int most = Math.min(SUMS / row - 2 * vertical.margin(), Pack.ceilDiv(all, blocks));
        int least = Math.min(all, 4 * (1 + vertical.margin()));
        return Pack.ceilDiv(all, Pack.ceilDiv(all, Math.clamp(most, least, all)));
    }

    /// Whether it is worth while: few channels, or strides.
    static boolean suits(Simd simd, Conv2dShape s) {
        return s.strideH() > 1 || s.strideW() > 1 || s.inputs() <= simd.rows();
    }

    /// dx `[n, c, h, w]` from dy and weight.
    static void run(
            Simd simd,
            Workers workers,
            Conv2dShape s,
            float[] dy,
            int dyo,
            float[] weight,
            int wo,
            float[] dx,
            int dxo) {
        new ScatteredConv(simd, workers, s).run(dy, dyo, weight, wo, dx, dxo);
    }

    private void run(float[] dy, int dyo, float[] weight, int wo, float[] dx, int dxo) {
        int outputs = s.outputs();
        int parts = Pack.ceilDiv(s.inputs(), channels);
        int panels = Pack.ceilDiv(m, simd.rows());
        int size = panels * simd.rows() * outputs;
        var left = Scratch.floats(s.groups() * parts * size);
        workers.loop(s.groups() * parts * panels, Math.max(1, 30_000 / (simd.rows() * outputs)), (from, to) -> {
            for (int t = from; t < to; t++) {
                int part = t / panels % parts;
                int at = wo + t / panels / parts * outputs * s.inputs() * s.places() + part * m;
                pack(part, new Matrix(weight, at, s.inputs() * s.places(), true), t % panels, left, t / panels * size);
            }
        });
        int blocks = Pack.ceilDiv(vertical.size(), rows);
        int tasks = s.n() * s.groups() * parts * blocks;
        long each = Math.max(1, (long) m * outputs * s.oh() * s.ow() / blocks);
        workers.loop(tasks, Math.clamp(SERIAL / each, 1, tasks), (from, to) -> {
            var buffers = new Buffers();
            for (int t = from; t < to; t++) {
                int first = t % blocks * rows;
                int part = t / blocks % parts;
                int plane = t / blocks / parts;
                int image = dyo + plane * outputs * s.oh() * s.ow();
                int panel = (plane % s.groups() * parts + part) * size;
                block(first, part, dy, image, left, panel, buffers);
                int channel = plane * s.inputs() + part * channels;
                store(first, part, buffers.sums, dx, dxo + channel * s.h() * s.w());
            }
            buffers.give();
        });
        Scratch.give(left);
    }

    /// Channels of a part.
    private int channels(int part) {
        return Math.min(channels, s.inputs() - part * channels);
    }

    /// A left panel, pass by pass.
    private void pack(int part, Matrix w, int panel, float[] left, int lo) {
        int mr = simd.rows();
        int i = panel * mr;
        int valid = Math.clamp(channels(part) * s.places() - i, 0, mr);
        for (int p = 0; p < s.outputs(); p += DEPTH) {
            int k = Math.min(DEPTH, s.outputs() - p);
            Pack.left(simd, w, i, valid, p, k, left, lo + p * Pack.roundUp(m, mr) + i * k);
        }
    }

    /// The memory of one thread.
    private final class Buffers {
        final float[] sums = Scratch.floats(channels * channel);
        final float[] products = Scratch.floats(m * chunk());
        final float[] panel = Scratch.floats(Math.min(DEPTH, s.outputs()) * simd.columns());
        final float[] edge = Scratch.floats(simd.rows() * simd.columns());

        void give() {
            Scratch.give(edge);
            Scratch.give(panel);
            Scratch.give(products);
            Scratch.give(sums);
        }
    }

    /// Positions of dy whose products are held at a time.
    private int chunk() {
        return Math.max(1, PRODUCTS / (m * simd.columns())) * simd.columns();
    }

    /// The first line of dy that adds to a row of lattices, without its end.
    private int reaching(int row) {
        return row + vertical.origin();
    }

    /// Sums of rows `first .. first + rows` of all lattices; row r lies at `margin + r - first`.
    private void block(int first, int part, float[] dy, int dyo, float[] left, int lo, Buffers b) {
        int m = channels(part) * s.places();
        Arrays.fill(b.sums, 0, channels(part) * channel, 0f);
        int from = Math.max(0, reaching(first)) * s.ow();
        int end = Math.min(s.oh(), reaching(Math.min(first + rows, vertical.size())) + vertical.margin()) * s.ow();
        int chunk = chunk();
        for (int q = from; q < end; q += chunk) {
            int count = Math.min(chunk, end - q);
            multiply(m, count, dy, dyo + q, left, lo, b);
            for (int i = 0; i < count; ) {
                int row = (q + i) / s.ow();
                int column = (q + i) % s.ow();
                int n = Math.min(count - i, s.ow() - column);
                int whole = n < s.ow() ? 1 : (count - i) / n;
                int to = (row - reaching(first)) * width + column;
                simd.addBlocks(m, whole, n, b.products, i, chunk, b.sums, to, at, width);
                i += whole * n;
            }
        }
    }

    private void multiply(int m, int count, float[] dy, int dyo, float[] left, int lo, Buffers b) {
        int nr = simd.columns();
        var source = new Matrix(dy, dyo, s.oh() * s.ow());
        for (int j = 0; j < count; j += nr) {
            int n = Math.min(nr, count - j);
            for (int p = 0; p < s.outputs(); p += DEPTH) {
                int k = Math.min(DEPTH, s.outputs() - p);
                Pack.right(simd, source, j, n, p, k, b.panel, 0);
                int panels = lo + p * Pack.roundUp(this.m, simd.rows());
                simd.multiply(m, n, k, left, panels, b.panel, 0, b.products, j, chunk(), p > 0, b.edge);
            }
        }
    }

    private void store(int first, int part, float[] sums, float[] dx, int dxo) {
        var lattices = new Lattices(simd, vertical, horizontal, s.h(), s.w(), width, lattice);
        int count = Math.min(rows, vertical.size() - first);
        for (int c = 0; c < channels(part); c++)
            lattices.store(first, count, sums, c * channel + origin(), dx, dxo + c * s.h() * s.w());
    }

    /// Where row `first` and column 0 of a lattice lie among its sums.
    private int origin() {
        return vertical.margin() * width + horizontal.origin() + horizontal.margin();
    }
}
