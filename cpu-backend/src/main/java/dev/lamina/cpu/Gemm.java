package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import java.util.Arrays;

/// `C[m, n] (=|+=) A[m, k] B[k, n]` for row-major matrices, stored as they are or transposed, alone or in
/// batches.
///
/// The shape picks the way, never the number of threads, and the inner size is cut into the same blocks however the
/// work is shared: the bits of the result depend on the shape alone.
/// - one row or one column: [Gemv];
/// - both sides small, B not transposed: they are read where they lie ([Simd#multiplyInPlace]), by one thread;
/// - few rows or columns, along the inner size in memory: both sides are read where they lie ([Simd#multiplyDots]), by
///   one thread;
/// - few rows, B not transposed: B is read where it lies ([Simd#multiplyAt]);
/// - otherwise C is cut into blocks of columns. Who computes a block packs its part of B, which then stays in the
///   second-level cache, and reads A where it lies, so that nobody waits for another thread. Only a large A that is
///   stored transposed is packed first. A transposed B that is much larger than A becomes the left side, so that A is
///   packed instead;
/// - a small C of a long inner size is the sum of products over parts of it.
final class Gemm {
    /// Steps of the inner size between two visits of C, whose tiles come from memory: each costs some hundred
    /// nanoseconds of waiting.
    private static final int KC = 1024;
    /// Floats of a right panel.
    private static final int PANEL = 32 * 1024;
    /// Right panels of a block of C: 512 KB at the full inner size.
    private static final int PANELS = 4;
    /// Rows below which a block is not cut, as each part packs B again.
    private static final int MC = 128;
    /// Floats of A that meet one right panel after the other.
    private static final int STRIP = 16 * 1024;
    /// Rows of A that are packed at once.
    private static final int SLAB = 1024;
    /// Floats of a transposed A, over a block of the inner size, up to which the second-level cache holds it.
    private static final int IN_PLACE = 64 * 1024;
    /// Right panels of A that a transposed product is worth.
    private static final int FEW = 8;
    /// Columns that are turned together: the lines of cache that they lie in are read once.
    private static final int TURN = 64;
    /// Parts of a long inner size.
    private static final int PARTS = 16;
    /// Elements below which packing is not shared.
    private static final int PACKING = 1 << 14;
    /// Floats of a matrix that the first-level cache holds beside another one.
    private static final int NEAR = 8 * 1024;
    /// Multiplications of a part that is worth handing over (some 5 microseconds).
    private static final long SERIAL = 500_000;
    /// Multiplications of a product that is worth sharing: where a second thread saves little, it costs more than that
    /// as soon as it is asleep or held up.
    private static final long SHARED = 8 * SERIAL;

    /// Rows or columns up to which neither side is packed.
    private static final int SHORT = 16;
    /// Steps that outweigh adding up the lanes of their sums.
    private static final int LONG = 64;

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
            gemv.multiply(n, k, b.flip(), a.data(), a.offset(), a.along(), c.data(), c.offset(), 1, add);
        } else if (!add && near(m, n, k, b)) {
            simd.multiplyInPlace(
                    m,
                    n,
                    k,
                    a.data(),
                    a.offset(),
                    a.down(),
                    a.along(),
                    b.data(),
                    b.offset(),
                    b.step(),
                    c.data(),
                    c.offset(),
                    c.step());
        } else if (!add && along(m, n, k, a, b)) {
            simd.multiplyDots(m, n, k, a, b, c);
        } else if (!b.transposed() && n >= nr && m <= 2 * mr) {
            direct(m, n, k, a, b, c, add);
        } else if (b.transposed() && 2 * m <= n && m <= FEW * nr) {
            flipped(m, n, k, a, b, c, add);
        } else {
            whole(m, n, k, a, b, c, add);
        }
    }

    private void whole(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        if (k >= PARTS * KC / 2 && m <= MC && n <= PANELS / 2 * nr) deep(m, n, k, a, b, c, add);
        else packed(m, n, k, a, b, c, add);
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

    private boolean near(int m, int n, int k, Matrix b) {
        return !b.transposed()
                && m >= mr
                && n >= nr
                && (long) m * k <= NEAR
                && (long) n * k <= NEAR
                && (long) m * n * k < 2 * SERIAL;
    }

    private boolean along(int m, int n, int k, Matrix a, Matrix b) {
        return !a.transposed()
                && b.transposed()
                && Math.min(m, n) <= SHORT
                && k >= LONG
                && (long) m * n * k < SHARED
                && simd.multipliesDots(m, n, k);
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

    /// The sum of products over equal parts of the inner size, in order.
    private void deep(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        int depth = Pack.ceilDiv(k, PARTS);
        var sums = Scratch.floats(PARTS * m * n);
        workers.loop(PARTS, 1, (from, to) -> {
            for (int part = from; part < to; part++) {
                int p = part * depth;
                packed(
                        m,
                        n,
                        Math.min(depth, k - p),
                        a.from(0, p),
                        b.from(p, 0),
                        new Matrix(sums, part * m * n, n),
                        false);
            }
        });
        workers.loop(m, Math.max(1, PACKING / (PARTS * n)), (from, to) -> {
            for (int i = from; i < to; i++) {
                int at = c.index(i, 0);
                for (int part = 0; part < PARTS; part++) {
                    int sum = (part * m + i) * n;
                    if (add || part > 0) simd.binary(BinaryFn.ADD, n, c.data(), at, sums, sum, c.data(), at);
                    else System.arraycopy(sums, sum, c.data(), at, n);
                }
            }
        });
        Scratch.give(sums);
    }

    /// The transposed product, and back.
    private void flipped(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        var turned = Scratch.floats(n * m);
        whole(n, m, k, b.flip(), a.flip(), new Matrix(turned, 0, m), false);
        int blocks = Pack.ceilDiv(n, TURN);
        workers.loop(blocks, Math.max(1, PACKING / (m * TURN)), (from, to) -> {
            int j = from * TURN;
            int columns = Math.min(n, to * TURN) - j;
            if (!add) {
                var work = Scratch.floats(nr * nr / 4);
                simd.transpose(columns, m, turned, j * m, m, c.data(), c.index(0, j), c.step(), work);
                Scratch.give(work);
            } else
                for (int i = 0; i < m; i++)
                    for (int l = 0; l < columns; l++) c.data()[c.index(i, j + l)] += turned[(j + l) * m + i];
        });
        Scratch.give(turned);
    }

    private void packed(int m, int n, int k, Matrix a, Matrix b, Matrix c, boolean add) {
        int kc = blockOf(k);
        if (a.transposed() && m * (long) kc > IN_PLACE) {
            slabs(m, n, k, kc, a, b, c, add);
        } else {
            blocks(m, n, k, kc, a.transposed() ? turned(a) : rows(a), b, c, add);
        }
    }

    /// Equal blocks: 1100 becomes 550 twice, not 1024 and 76.
    private int blockOf(int k) {
        return Pack.ceilDiv(k, Pack.ceilDiv(k, Math.min(KC, PANEL / nr)));
    }

    /// A is packed first.
    private void slabs(int m, int n, int k, int kc, Matrix a, Matrix b, Matrix c, boolean add) {
        var ap = Scratch.floats(Pack.roundUp(Math.min(SLAB, m), mr) * kc);
        for (int p = 0; p < k; p += kc) {
            int depth = Math.min(kc, k - p);
            for (int i = 0; i < m; i += SLAB) {
                int high = Math.min(SLAB, m - i);
                pack(a.from(i, p), high, depth, ap);
                blocks(high, n, depth, kc, panels(ap), b.from(p, 0), c.from(i, 0), add || p > 0);
            }
        }
        Scratch.give(ap);
    }

    /// Some columns of the stored matrix at a time, over few of its rows: so whole lines of cache are read, and from
    /// few pages.
    private void pack(Matrix a, int m, int k, float[] ap) {
        workers.loop(Pack.ceilDiv(m, TURN), Math.max(1, PACKING / (TURN * k)), (from, to) -> {
            for (int i0 = from * TURN; i0 < Math.min(m, to * TURN); i0 += TURN) {
                for (int p = 0; p < k; p += TURN) {
                    for (int i = i0; i < Math.min(m, i0 + TURN); i += mr) {
                        int high = Math.min(mr, m - i);
                        Pack.left(simd, a, i, high, p, Math.min(TURN, k - p), ap, i * k + p * mr);
                    }
                }
            }
        });
    }

    /// Four blocks of C for each thread, or more: the end of one that was held up is not long to wait for.
    private void blocks(int m, int n, int k, int kc, Left left, Matrix b, Matrix c, boolean add) {
        long all = (long) m * n * k;
        int wanted = all < SHARED ? 1 : (int) Math.min(4 * workers.threads(), all / SERIAL);
        int nc = nr * Math.clamp(Pack.ceilDiv(n, nr) / wanted, 1, PANELS);
        int across = Pack.ceilDiv(n, nc);
        int mc = Pack.roundUp(Math.max(MC, Pack.ceilDiv(m * across, wanted)), mr);
        int blocks = across * Pack.ceilDiv(m, mc);
        int grain = all < SHARED ? blocks : Math.clamp(SERIAL * blocks / all, 1, blocks);
        workers.loop(blocks, grain, (from, to) -> {
            var bp = Scratch.floats(nc * kc);
            var edge = Scratch.floats(mr * nr);
            for (int block = from; block < to; block++) {
                int i = block / across * mc;
                int j = block % across * nc;
                for (int p = 0; p < k; p += kc) {
                    int high = Math.min(mc, m - i);
                    int wide = Math.min(nc, n - j);
                    block(i, high, j, wide, p, Math.min(kc, k - p), left, b, bp, c, add || p > 0, edge);
                }
            }
            Scratch.give(edge);
            Scratch.give(bp);
        });
    }

    /// Rows `i .. i + m` and columns `j .. j + n` of C, over columns `p .. p + k` of A.
    private void block(
            int i,
            int m,
            int j,
            int n,
            int p,
            int k,
            Left left,
            Matrix b,
            float[] bp,
            Matrix c,
            boolean add,
            float[] edge) {
        for (int x = 0; x < n; x += nr) {
            Pack.right(simd, b, j + x, Math.min(nr, n - x), p, k, bp, x * k);
        }
        int strip = Math.max(1, STRIP / (mr * k)) * mr;
        for (int y = 0; y < m; y += strip) {
            int high = Math.min(strip, m - y);
            left.multiply(i + y, high, n, p, k, bp, c.data(), c.index(i + y, j), c.step(), add, edge);
        }
    }

    /// The left side of a strip of C.
    private interface Left {
        /// C `[m, n]` from rows `i ..`, columns `p .. p + k` of A and right panels.
        void multiply(
                int i, int m, int n, int p, int k, float[] bp, float[] c, int co, int ldc, boolean add, float[] edge);
    }

    private Left panels(float[] ap) {
        return (i, m, n, p, k, bp, c, co, ldc, add, edge) ->
                simd.multiply(m, n, k, ap, i * k, bp, 0, c, co, ldc, add, edge);
    }

    private Left rows(Matrix a) {
        return (i, m, n, p, k, bp, c, co, ldc, add, edge) -> {
            int all = Pack.roundUp(m, mr);
            var at = Scratch.ints(all);
            for (int r = 0; r < all; r++) {
                at[r] = Math.min(r, m - 1) * a.step();
            }
            simd.multiplyRows(m, n, k, a.data(), a.index(i, p), at, bp, 0, c, co, ldc, add, edge);
            Scratch.give(at);
        };
    }

    /// The rows that are left of a tile are packed: a tile would read beyond the array.
    private Left turned(Matrix a) {
        return (i, m, n, p, k, bp, c, co, ldc, add, edge) -> {
            int full = m / mr * mr;
            simd.multiplyTurned(full, n, k, a.data(), a.index(i, p), a.step(), bp, 0, c, co, ldc, add, edge);
            if (full < m) {
                var ap = Scratch.floats(mr * k);
                Pack.left(simd, a, i + full, m - full, p, k, ap, 0);
                simd.multiply(m - full, n, k, ap, 0, bp, 0, c, co + full * ldc, ldc, add, edge);
                Scratch.give(ap);
            }
        };
    }
}
