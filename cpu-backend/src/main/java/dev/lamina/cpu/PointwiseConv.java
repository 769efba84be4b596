package dev.lamina.cpu;

/// A convolution with a 1 x 1 kernel, or its adjoint for the input, `result[image] = left * source[image]`, where
/// planes are small: the positions of all images lie side by side in one matrix product.
///
/// Whoever computes a block of the product makes the right panels of its positions, from the planes where they lie, and
/// copies the results to theirs. The inner size is cut into the same passes however the blocks are shared.
final class PointwiseConv {
    /// Places of a plane from which on an image is a product of its own.
    private static final int LARGE = 1024;
    /// Sources of a pass.
    private static final int DEPTH = 512;
    /// Floats of the right panels of a block: half a second-level cache.
    private static final int PANELS = 128 * 1024;
    /// Floats of the left side that meet one right panel after the other.
    private static final int STRIP = 16 * 1024;
    /// Panels of positions below which the rows of the left side are shared out too.
    private static final int FEW = 32;
    private static final int TASKS = 8;
    private static final long SERIAL = 500_000;
    /// Floats of the left side that one thread packs at a time.
    private static final int PACKED = 1 << 14;

    private final Simd simd;
    private final Workers workers;
    private final int images;
    private final int plane;
    private final int m;
    private final int k;
    private final Matrix left;
    private final int depth;
    private final int positions;
    private final int blocks;
    private final int parts;
    private final int part;

    private PointwiseConv(Simd simd, Workers workers, int images, int plane, int m, int k, Matrix left) {
        this.simd = simd;
        this.workers = workers;
        this.images = images;
        this.plane = plane;
        this.m = m;
        this.k = k;
        this.left = left;
        int nr = simd.columns();
        depth = Pack.ceilDiv(k, Pack.ceilDiv(k, DEPTH));
        positions = images * plane;
        int panels = Pack.ceilDiv(positions, nr);
        int most = Math.max(1, PANELS / (depth * nr));
        int wide = Math.clamp(panels / TASKS, 1, most);
        parts = panels < FEW ? 2 : 1;
        part = Pack.roundUp(Pack.ceilDiv(m, parts), simd.rows());
        blocks = Pack.ceilDiv(panels, parts > 1 ? most : wide);
    }

    /// Whether images are worked on side by side.
    static boolean suits(Simd simd, Conv2dShape s) {
        return s.pointwise() && s.h() * s.w() < LARGE && Math.min(s.c(), s.o()) >= simd.columns();
    }

    /// y `[n, o, h, w]` from x and weight.
    static void forward(
            Simd simd, Workers workers, Conv2dShape s, float[] x, int xo, float[] weight, int wo, float[] y, int yo) {
        new PointwiseConv(simd, workers, s.n(), s.h() * s.w(), s.o(), s.c(), new Matrix(weight, wo, s.c()))
                .run(x, xo, y, yo);
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
        new PointwiseConv(simd, workers, s.n(), s.h() * s.w(), s.c(), s.o(), new Matrix(weight, wo, s.c(), true))
                .run(dy, dyo, dx, dxo);
    }

    private void run(float[] source, int so, float[] result, int ro) {
        var packed = Scratch.floats(left.transposed() ? Pack.roundUp(m, simd.rows()) * k : 0);
        if (left.transposed()) pack(packed);
        int tasks = parts * blocks;
        int grain = Math.clamp(SERIAL * tasks / ((long) m * k * positions), 1, tasks);
        workers.loop(tasks, grain, (from, to) -> {
            for (int t = from; t < to; t++) {
                int first = t / blocks * part;
                block(t % blocks, first, Math.min(part, m - first), packed, source, so, result, ro);
            }
        });
        Scratch.give(packed);
    }

    /// Left panels `[pass][panel][source][row]`.
    private void pack(float[] packed) {
        int mr = simd.rows();
        int panels = Pack.ceilDiv(m, mr);
        workers.loop(panels, Math.clamp(PACKED / ((long) mr * k), 1, panels), (from, to) -> {
            for (int p = 0; p < k; p += depth)
                for (int i = from * mr; i < Math.min(m, to * mr); i += mr) {
                    int count = Math.min(depth, k - p);
                    Pack.left(simd, left, i, Math.min(mr, m - i), p, count, packed, p * panels * mr + i * count);
                }
        });
    }

    /// The first panel of a block.
    private int panel(int block) {
        return (int) ((long) block * Pack.ceilDiv(positions, simd.columns()) / blocks);
    }

    private void block(int block, int row, int rows, float[] packed, float[] source, int so, float[] result, int ro) {
        int nr = simd.columns();
        int first = panel(block) * nr;
        int end = Math.min(positions, panel(block + 1) * nr);
        int count = end - first;
        int ld = Pack.roundUp(count, nr) + 16;
        var right = Scratch.floats(ld * depth + nr);
        int strip = Math.max(1, STRIP / (depth * simd.rows())) * simd.rows();
        boolean once = depth == k;
        var sums = Scratch.floats((once ? strip : rows) * ld);
        var edge = Scratch.floats(simd.rows() * nr);
        var sources = Scratch.ints(depth);
        for (int p = 0; p < depth; p++) sources[p] = p * plane;
        var lines = Scratch.ints(strip);
        var pieces = Scratch.ints(1 + 2 * nr);
        for (int p = 0; p < k; p += depth) {
            int passes = Math.min(depth, k - p);
            for (int j = 0; j < count; j += nr) {
                list(first + j, Math.min(nr, count - j), pieces);
                simd.gather(passes, source, so + p * plane, sources, pieces, 0, right, j * passes);
            }
            for (int i = 0; i < rows; i += strip) {
                int high = Math.min(strip, rows - i);
                int to = once ? 0 : i * ld;
                multiply(row + i, high, count, p, passes, lines, packed, right, sums, to, ld, edge);
                if (p + passes == k) store(row + i, high, first, end, sums, to, ld, result, ro);
            }
        }
        Scratch.give(pieces);
        Scratch.give(lines);
        Scratch.give(sources);
        Scratch.give(edge);
        Scratch.give(sums);
        Scratch.give(right);
    }

    private void multiply(
            int row,
            int rows,
            int count,
            int p,
            int passes,
            int[] lines,
            float[] packed,
            float[] right,
            float[] sums,
            int to,
            int ld,
            float[] edge) {
        if (left.transposed()) {
            int panels = p * Pack.roundUp(m, simd.rows()) + row * passes;
            simd.multiply(rows, count, passes, packed, panels, right, 0, sums, to, ld, p > 0, edge);
            return;
        }
        for (int i = 0; i < Pack.roundUp(rows, simd.rows()); i++) lines[i] = Math.min(i, rows - 1) * left.step();
        simd.multiplyRows(
                rows, count, passes, left.data(), left.index(row, p), lines, right, 0, sums, to, ld, p > 0, edge);
    }

    /// Lists the pieces of a panel, see [Simd#gather]: what lies together in a plane.
    private void list(int position, int count, int[] pieces) {
        int half = simd.columns() / 2;
        int n = 0;
        for (int to = 0; to < count; ) {
            int image = (position + to) / plane;
            int place = (position + to) % plane;
            pieces[1 + 2 * n] = image * k * plane + place;
            pieces[2 + 2 * n++] = to;
            to += Math.min(plane - place, half);
        }
        pieces[0] = n;
    }

    private void store(int row, int rows, int first, int end, float[] sums, int from, int ld, float[] result, int ro) {
        for (int position = first; position < end; ) {
            int image = position / plane;
            int place = position % plane;
            int n = Math.min(end - position, plane - place);
            int to = ro + (image * m + row) * plane + place;
            simd.copyRows(rows, n, sums, from + position - first, ld, result, to, plane);
            position += n;
        }
    }
}
