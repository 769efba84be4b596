package dev.lamina.cpu;

import dev.lamina.DType;
import java.util.Arrays;

/// Moves elements between two strided layouts of the same sizes: permute, broadcast, slice, place and concat
/// are each one of these. Axes that are neighbours on both sides are merged; runs are block copies; where only
/// one side is contiguous the copy goes through tiles, so that both sides use whole cache lines.
final class StridedCopy {
    private static final int TILE = 16;
    private static final int GRAIN = 16 * 1024;

    private final Workers workers;

    StridedCopy(Workers workers) {
        this.workers = workers;
    }

    /// `to[t + sum(i * toStrides)] = from[f + sum(i * fromStrides)]` for all indices i below `sizes`.
    void run(DType dtype, int[] sizes, Object from, int f, long[] fromStrides, Object to, int t, long[] toStrides) {
        var axes = Axes.merged(sizes, fromStrides, toStrides);
        Mover mover = Mover.of(dtype, from, to);
        int inner = axes.count == 0 ? 1 : axes.size[axes.count - 1];
        int fi = axes.count == 0 ? 1 : axes.from[axes.count - 1];
        int ti = axes.count == 0 ? 1 : axes.to[axes.count - 1];
        int second = fi == 1 || axes.count < 2 ? -1 : axes.unitFrom();
        if (second >= 0) {
            tiled(axes, second, mover, f, t);
            return;
        }
        int rows = axes.rows(axes.count - 1);
        workers.loop(rows, Math.max(1, GRAIN / inner), (first, last) -> {
            for (int r = first; r < last; r++)
                mover.run(
                        f + axes.offset(r, axes.count - 1, -1, axes.from),
                        fi,
                        t + axes.offset(r, axes.count - 1, -1, axes.to),
                        ti,
                        inner);
        });
    }

    /// The source is contiguous along axis `across`, the target along the last one.
    private void tiled(Axes axes, int across, Mover mover, int f, int t) {
        int last = axes.count - 1;
        int n = axes.size[last];
        int m = axes.size[across];
        int bands = (m + TILE - 1) / TILE;
        int rows = axes.rows(last) / Math.max(1, m);
        workers.loop(rows * bands, Math.max(1, GRAIN / (n * TILE)), (first, end) -> {
            for (int job = first; job < end; job++) {
                int from = f + axes.offset(job / bands, last, across, axes.from);
                int to = t + axes.offset(job / bands, last, across, axes.to);
                int c0 = job % bands * TILE;
                int c1 = Math.min(m, c0 + TILE);
                for (int i = 0; i < n; i += TILE)
                    for (int c = c0; c < c1; c++)
                        mover.run(
                                from + c * axes.from[across] + i * axes.from[last],
                                axes.from[last],
                                to + c * axes.to[across] + i * axes.to[last],
                                axes.to[last],
                                Math.min(TILE, n - i));
            }
        });
    }

    /// Sizes and strides after merging.
    private record Axes(int count, int[] size, int[] from, int[] to) {
        static Axes merged(int[] sizes, long[] from, long[] to) {
            int n = 0;
            int[] s = new int[sizes.length];
            int[] f = new int[sizes.length];
            int[] t = new int[sizes.length];
            for (int a = 0; a < sizes.length; a++) {
                if (sizes[a] == 1) continue;
                if (n > 0 && f[n - 1] == from[a] * sizes[a] && t[n - 1] == to[a] * sizes[a]) s[n - 1] *= sizes[a];
                else s[n++] = sizes[a];
                f[n - 1] = (int) from[a];
                t[n - 1] = (int) to[a];
            }
            return new Axes(n, Arrays.copyOf(s, n), Arrays.copyOf(f, n), Arrays.copyOf(t, n));
        }

        /// An axis other than the last along which the source is contiguous and that is worth tiling, or -1.
        int unitFrom() {
            if (to[count - 1] != 1 || size[count - 1] < TILE) return -1;
            for (int a = 0; a < count - 1; a++) if (from[a] == 1 && size[a] >= TILE) return a;
            return -1;
        }

        /// Combinations of the indices before axis `end`.
        int rows(int end) {
            int n = 1;
            for (int a = 0; a < end; a++) n *= size[a];
            return n;
        }

        /// Where combination `r` of the axes before `end`, without axis `skip`, begins.
        int offset(int r, int end, int skip, int[] strides) {
            int at = 0;
            for (int a = end - 1; a >= 0; a--) {
                if (a == skip) continue;
                at += r % size[a] * strides[a];
                r /= size[a];
            }
            return at;
        }
    }

    /// Copies one run between arrays of one element type.
    @FunctionalInterface
    private interface Mover {
        void run(int from, int fromStep, int to, int toStep, int n);

        static Mover of(DType dtype, Object from, Object to) {
            return switch (dtype) {
                case F32 -> floats((float[]) from, (float[]) to);
                case F64 -> {
                    double[] a = (double[]) from;
                    double[] b = (double[]) to;
                    yield (f, fs, t, ts, n) -> {
                        for (int i = 0; i < n; i++) b[t + i * ts] = a[f + i * fs];
                    };
                }
                case I32 -> {
                    int[] a = (int[]) from;
                    int[] b = (int[]) to;
                    yield (f, fs, t, ts, n) -> {
                        for (int i = 0; i < n; i++) b[t + i * ts] = a[f + i * fs];
                    };
                }
                case U8 -> {
                    byte[] a = (byte[]) from;
                    byte[] b = (byte[]) to;
                    yield (f, fs, t, ts, n) -> {
                        for (int i = 0; i < n; i++) b[t + i * ts] = a[f + i * fs];
                    };
                }
            };
        }

        private static Mover floats(float[] a, float[] b) {
            return (f, fs, t, ts, n) -> {
                if (fs == 1 && ts == 1) System.arraycopy(a, f, b, t, n);
                else if (fs == 0 && ts == 1) Arrays.fill(b, t, t + n, a[f]);
                else for (int i = 0; i < n; i++) b[t + i * ts] = a[f + i * fs];
            };
        }
    }
}
