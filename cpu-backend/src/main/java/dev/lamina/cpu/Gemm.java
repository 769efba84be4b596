package dev.lamina.cpu;

import java.util.Arrays;

/// `C[m, n] (=|+=) A[m, k] B[k, n]` for row-major matrices, stored as they are or transposed, alone or in
/// batches.
///
/// The shape picks one of three ways, never the number of threads, and the inner size is cut into the same
/// blocks however the work is shared: the bits of the result depend on the shape alone.
/// - one row or one column: [Gemv];
/// - few rows, B not transposed: B is read where it lies ([Simd#multiplyAt]);
/// - otherwise B is packed into panels, each element once, in slabs of at most [#KC] by [#SLAB], and so is A, except
///   where it has its rows in order and few columns of B would read a panel of it again ([Simd#multiplyRows]). A
///   transposed B that is much larger than A becomes the left side, so that A is packed instead.
final class Gemm {
    /// Floats of a right panel: 32 KB leave a third of a first-level cache to a left panel.
    private static final int PANEL = 8 * 1024;
    private static final int KC = 320;
    private static final int SLAB = 1024;
    /// A block of C that one thread computes from a packed slab.
    private static final int MC = 96;
    private static final int NC = 128;
    /// Right panels that read the rows of A where they lie: that is a fifteenth slower than from panels, and packing
    /// is the work of about as many columns.
    private static final int FEW = 8;
    /// Columns that are turned together: the lines of cache that they lie in are read once.
    private static final int TURN = 64;
    /// Elements below which packing is not shared.
    private static final int PACKING = 1 << 14;
    /// Multiplications below which a second thread does not pay (some 10 microseconds).
    private static final long SERIAL = 500_000;

    private final Simd simd;
    private final Workers workers;
    private final Gemv gemv;
    private final int mr;
    private final int nr;

    Gemm(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
        this.gemv = new Gemv(simd, workers);
        this.mr = simd.rows();
        this.nr = simd.columns();
    }

    /// One product; C must not be transposed. For `k = 0` it becomes zero, or stays where `add` is set.
    void multiply(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        if (m <= 0 || n <= 0) {
            return;
        }
        if (k <= 0) {
            clear(m, n, c, add);
        } else if (n == 1) {
            gemv.multiply(m, k, a, b.data(), b.offset(), b.down(), c.data(), c.offset(), c.step(), add);
        } else if (m == 1) {
            gemv.multiply(n, k, b.flip(), a.data(), a.offset(), a.flip().down(), c.data(), c.offset(), 1, add);
        } else if (!b.transposed() && n >= nr && m <= 2 * mr) {
            direct(m, n, k, a, b, c, add);
        } else if (b.transposed() && 2 * m <= n && m <= FEW * nr) {
            flipped(m, n, k, a, b, c, add);
        } else {
            packed(m, n, k, a, b, c, add);
        }
    }

    /// `batch` products, whose matrices lie `sa`, `sb` and `sc` floats apart; `sa` or `sb` may be 0 (shared).
    void multiply(int batch, int m, int n, int k, Matrix a, int sa, Matrix b, int sb, Matrix c, int sc, boolean add) {
        long each = Math.max(1, (long) m * n * k);
        if (batch < 2 * workers.threads() && each > 4 * SERIAL) {
            for (int i = 0; i < batch; i++) {
                multiply(m, n, k, a.shift(i * sa), b.shift(i * sb), c.shift(i * sc), add);
            }
            return;
        }
        int grain = (int) Math.max(1, Math.min(batch, SERIAL / each));
        workers.loop(batch, grain, (from, to) -> {
            for (int i = from; i < to; i++) {
                multiply(m, n, k, a.shift(i * sa), b.shift(i * sb), c.shift(i * sc), add);
            }
        });
    }

    private static void clear(int m, int n, Matrix c, boolean add) {
        if (!add) {
            for (int i = 0; i < m; i++) {
                Arrays.fill(c.data(), c.index(i, 0), c.index(i, n), 0f);
            }
        }
    }

    /// Only A is packed. The last columns of B, less than a tile wide, are packed too: a tile reads its full
    /// width, and the array may end before that.
    private void direct(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        int kc = blockOf(k);
        int full = n / nr * nr;
        var ap = Scratch.floats(Pack.roundUp(m, mr) * kc);
        var at = Scratch.ints(kc);
        for (int p = 0; p < kc; p++) {
            at[p] = p * b.step();
        }
        for (int p0 = 0; p0 < k; p0 += kc) {
            int p = p0;
            int depth = Math.min(kc, k - p);
            boolean more = add || p > 0;
            for (int i = 0; i < m; i += mr) {
                Pack.left(simd, a, i, Math.min(mr, m - i), p, depth, ap, i * depth);
            }
            int grain = (int) Math.max(1, Math.min(full / nr, SERIAL / ((long) m * depth * nr)));
            workers.loop(full / nr, grain, (from, to) -> {
                var edge = Scratch.floats(mr * nr);
                int j = from * nr;
                simd.multiplyAt(
                        m,
                        to * nr - j,
                        depth,
                        ap,
                        0,
                        b.data(),
                        b.index(p, j),
                        at,
                        c.data(),
                        c.index(0, j),
                        c.step(),
                        more,
                        edge);
                Scratch.give(edge);
            });
            if (full < n) {
                var bp = Scratch.floats(kc * nr);
                var edge = Scratch.floats(mr * nr);
                Pack.right(simd, b, full, n - full, p, depth, bp, 0);
                simd.multiply(m, n - full, depth, ap, 0, bp, 0, c.data(), c.index(0, full), c.step(), more, edge);
                Scratch.give(edge);
                Scratch.give(bp);
            }
        }
        Scratch.give(at);
        Scratch.give(ap);
    }

    /// The transposed product, and back.
    private void flipped(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        var turned = Scratch.floats(n * m);
        packed(n, m, k, b.flip(), a.flip(), new Matrix(turned, 0, m), false);
        int blocks = Pack.ceilDiv(n, TURN);
        workers.loop(blocks, Math.max(1, PACKING / (m * TURN)), (from, to) -> {
            for (int j0 = from * TURN; j0 < to * TURN; j0 += TURN) {
                int end = Math.min(n, j0 + TURN);
                for (int i = 0; i < m; i++) {
                    int at = c.index(i, 0);
                    for (int j = j0; j < end; j++) {
                        float x = turned[j * m + i];
                        c.data()[at + j] = add ? c.data()[at + j] + x : x;
                    }
                }
            }
        });
        Scratch.give(turned);
    }

    private void packed(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        int kc = blockOf(k);
        boolean inPlace = !a.transposed() && n <= FEW * nr;
        var ap = Scratch.floats(inPlace ? 0 : Pack.roundUp(Math.min(SLAB, m), mr) * kc);
        var bp = Scratch.floats(Pack.roundUp(Math.min(SLAB, n), nr) * kc);
        for (int j = 0; j < n; j += SLAB) {
            for (int p = 0; p < k; p += kc) {
                for (int i = 0; i < m; i += SLAB) {
                    int high = Math.min(SLAB, m - i);
                    int wide = Math.min(SLAB, n - j);
                    int depth = Math.min(kc, k - p);
                    pack(i, inPlace ? 0 : high, j, i == 0 ? wide : 0, p, depth, a, b, ap, bp);
                    Left left = inPlace ? rows(a, i, p) : panels(ap, depth);
                    slab(high, wide, depth, left, bp, c.data(), c.index(i, j), c.step(), add || p > 0);
                }
            }
        }
        Scratch.give(bp);
        Scratch.give(ap);
    }

    /// Equal blocks: 330 becomes 165 twice, not 320 and 10.
    private int blockOf(int k) {
        return Pack.ceilDiv(k, Pack.ceilDiv(k, Math.min(KC, PANEL / nr)));
    }

    /// Left panels first, then right panels, shared out as one list of rows and columns.
    private void pack(
            int i0, int high, int j0, int wide, int p, int depth, Matrix a, Matrix b, float[] ap, float[] bp) {
        int left = Pack.roundUp(high, mr);
        int right = Pack.roundUp(wide, nr);
        int unit = mr * nr;
        workers.loop(left + right, Math.max(unit, PACKING / depth / unit * unit), (from, to) -> {
            for (int i = from; i < Math.min(to, left); i += mr) {
                Pack.left(simd, a, i0 + i, Math.min(mr, high - i), p, depth, ap, i * depth);
            }
            for (int j = Pack.roundUp(Math.max(0, from - left), nr); j < to - left; j += nr) {
                Pack.right(simd, b, j0 + j, Math.min(nr, wide - j), p, depth, bp, j * depth);
            }
        });
    }

    /// The left side of a block of C.
    private interface Left {
        /// C `[m, n]` from rows `i ..` of the slab and right panels.
        void multiply(
                int i, int m, int n, int k, float[] bp, int bo, float[] c, int co, int ldc, boolean add, float[] edge);
    }

    private Left panels(float[] ap, int depth) {
        return (i, m, n, k, bp, bo, c, co, ldc, add, edge) ->
                simd.multiply(m, n, k, ap, i * depth, bp, bo, c, co, ldc, add, edge);
    }

    private Left rows(Matrix a, int i0, int p) {
        return (i, m, n, k, bp, bo, c, co, ldc, add, edge) -> {
            var at = Scratch.ints(Pack.roundUp(m, mr));
            for (int r = 0; r < Pack.roundUp(m, mr); r++) at[r] = Math.min(r, m - 1) * a.step();
            simd.multiplyRows(m, n, k, a.data(), a.index(i0 + i, p), at, bp, bo, c, co, ldc, add, edge);
            Scratch.give(at);
        };
    }

    /// C block by block: [#MC] rows of left panels fill a part of the second-level cache while the right panels
    /// of a block pass through the first.
    private void slab(int high, int wide, int depth, Left left, float[] bp, float[] c, int co, int ldc, boolean add) {
        int mc = Pack.roundUp(Pack.ceilDiv(high, Pack.ceilDiv(high, MC)), mr);
        int nc = Pack.roundUp(Pack.ceilDiv(wide, Pack.ceilDiv(wide, NC)), nr);
        int across = Pack.ceilDiv(wide, nc);
        int blocks = Pack.ceilDiv(high, mc) * across;
        int grain = (int) Math.max(1, Math.min(blocks, SERIAL / ((long) mc * nc * depth)));
        workers.loop(blocks, grain, (from, to) -> {
            var edge = Scratch.floats(mr * nr);
            for (int block = from; block < to; block++) {
                int i = block / across * mc;
                int j = block % across * nc;
                int m = Math.min(mc, high - i);
                int n = Math.min(nc, wide - j);
                left.multiply(i, m, n, depth, bp, j * depth, c, co + i * ldc + j, ldc, add, edge);
            }
            Scratch.give(edge);
        });
    }
}
