package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The loops over tiles: they walk the panels, and send tiles that hang over the border of C through `edge`.
///
/// One right panel (`k * columns` floats) stays in a cache while all rows of the left side pass over it.
final class VectorGemm {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private final Tile tile;
    private final Tile wide;
    private final int rows;
    private final int columns;

    /// @param wide the one for products in place
    VectorGemm(Tile tile, Tile wide) {
        this.tile = tile;
        this.wide = wide;
        this.rows = tile.rows();
        this.columns = tile.columns();
    }

    void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        for (int j = 0; j < n; j += columns) {
            int panel = bo + j * k;
            for (int i = 0; i < m; i += rows) {
                int at = co + i * ldc + j;
                if (m - i >= rows && n - j >= columns) {
                    if (add) tile.packed(k, a, ao + i * k, b, panel, c, at, ldc, c, at, ldc);
                    else tile.packed(k, a, ao + i * k, b, panel, null, 0, 0, c, at, ldc);
                } else {
                    tile.packed(k, a, ao + i * k, b, panel, null, 0, 0, edge, 0, columns);
                    spill(Math.min(rows, m - i), Math.min(columns, n - j), edge, c, at, ldc, add);
                }
            }
        }
    }

    void multiplyAt(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        if (m == 1) {
            weightedSum(n, k, a, ao, b, bo, at, c, co, add, edge);
            return;
        }
        for (int j = 0; j < n; j += columns) {
            for (int i = 0; i < m; i += rows) {
                int target = co + i * ldc + j;
                if (m - i >= rows && n - j >= columns) {
                    if (add) tile.at(k, a, ao + i * k, b, bo + j, at, c, target, ldc, c, target, ldc);
                    else tile.at(k, a, ao + i * k, b, bo + j, at, null, 0, 0, c, target, ldc);
                } else {
                    tile.at(k, a, ao + i * k, b, bo + j, at, null, 0, 0, edge, 0, columns);
                    spill(Math.min(rows, m - i), Math.min(columns, n - j), edge, c, target, ldc, add);
                }
            }
        }
    }

    void multiplyRows(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int[] at,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        for (int j = 0; j < n; j += columns) {
            int panel = bo + j * k;
            for (int i = 0; i < m; i += rows) {
                int target = co + i * ldc + j;
                if (m - i >= rows && n - j >= columns) {
                    if (add) tile.rows(k, a, ao, at, i, b, panel, c, target, ldc, c, target, ldc);
                    else tile.rows(k, a, ao, at, i, b, panel, null, 0, 0, c, target, ldc);
                } else {
                    tile.rows(k, a, ao, at, i, b, panel, null, 0, 0, edge, 0, columns);
                    spill(Math.min(rows, m - i), Math.min(columns, n - j), edge, c, target, ldc, add);
                }
            }
        }
    }

    void multiplyTurned(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        for (int j = 0; j < n; j += columns) {
            int panel = bo + j * k;
            for (int i = 0; i < m; i += rows) {
                int target = co + i * ldc + j;
                if (m - i >= rows && n - j >= columns) {
                    if (add) tile.turned(k, a, ao + i, step, b, panel, c, target, ldc, c, target, ldc);
                    else tile.turned(k, a, ao + i, step, b, panel, null, 0, 0, c, target, ldc);
                } else {
                    tile.turned(k, a, ao + i, step, b, panel, null, 0, 0, edge, 0, columns);
                    spill(Math.min(rows, m - i), Math.min(columns, n - j), edge, c, target, ldc, add);
                }
            }
        }
    }

    void multiplyInPlace(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc) {
        int whole = n - n % wide.columns();
        inPlace(wide, m, 0, whole, k, a, ao, down, along, b, bo, ldb, c, co, ldc);
        inPlace(tile, m, whole, n, k, a, ao, down, along, b, bo, ldb, c, co, ldc);
    }

    /// Columns `from .. to`. A tile that would hang over the border of C moves back.
    private static void inPlace(
            Tile tile,
            int m,
            int from,
            int to,
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc) {
        for (int column = from; column < to; column += tile.columns()) {
            int j = Math.min(column, to - tile.columns());
            for (int row = 0; row < m; row += tile.rows()) {
                int i = Math.min(row, m - tile.rows());
                tile.strided(k, a, ao + i * down, down, along, b, bo + j, ldb, null, 0, 0, c, co + i * ldc + j, ldc);
            }
        }
    }

    private void spill(int m, int n, float[] edge, float[] c, int co, int ldc, boolean add) {
        for (int i = 0; i < m; i++) {
            int from = i * columns;
            int to = co + i * ldc;
            if (add) {
                for (int j = 0; j < n; j++) {
                    c[to + j] += edge[from + j];
                }
            } else {
                System.arraycopy(edge, from, c, to, n);
            }
        }
    }

    /// One row of C (a depthwise convolution): a tile would compute padding rows, so four vectors of the row
    /// instead.
    private void weightedSum(
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] c,
            int co,
            boolean add,
            float[] edge) {
        int j = 0;
        for (; j <= n - 4 * L; j += 4 * L) {
            weigh4(k, a, ao, rows, b, bo + j, at, c, co + j, add);
        }
        for (; j <= n - L; j += L) {
            weigh1(k, a, ao, rows, b, bo + j, at, c, co + j, add);
        }
        if (j < n) {
            weigh1(k, a, ao, rows, b, bo + j, at, edge, 0, false);
            spill(1, n - j, edge, c, co + j, n, add);
        }
    }

    private static void weigh4(
            int k, float[] a, int ao, int step, float[] b, int bo, int[] at, float[] c, int co, boolean add) {
        var zero = FloatVector.zero(S);
        FloatVector c0 = zero, c1 = zero, c2 = zero, c3 = zero;
        for (int p = 0; p < k; p++) {
            int row = bo + at[p];
            var x = FloatVector.broadcast(S, a[ao + p * step]);
            c0 = x.fma(FloatVector.fromArray(S, b, row), c0);
            c1 = x.fma(FloatVector.fromArray(S, b, row + L), c1);
            c2 = x.fma(FloatVector.fromArray(S, b, row + 2 * L), c2);
            c3 = x.fma(FloatVector.fromArray(S, b, row + 3 * L), c3);
        }
        if (add) {
            c0 = c0.add(FloatVector.fromArray(S, c, co));
            c1 = c1.add(FloatVector.fromArray(S, c, co + L));
            c2 = c2.add(FloatVector.fromArray(S, c, co + 2 * L));
            c3 = c3.add(FloatVector.fromArray(S, c, co + 3 * L));
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + L);
        c2.intoArray(c, co + 2 * L);
        c3.intoArray(c, co + 3 * L);
    }

    private static void weigh1(
            int k, float[] a, int ao, int step, float[] b, int bo, int[] at, float[] c, int co, boolean add) {
        var sum = FloatVector.zero(S);
        for (int p = 0; p < k; p++) {
            sum = FloatVector.broadcast(S, a[ao + p * step]).fma(FloatVector.fromArray(S, b, bo + at[p]), sum);
        }
        (add ? sum.add(FloatVector.fromArray(S, c, co)) : sum).intoArray(c, co);
    }

    static void copyPanel(int count, float[] from, int fo, int step, float[] to, int t) {
        for (int p = 0; p < count; p++) {
            FloatVector.fromArray(S, from, fo + p * step).intoArray(to, t + p * 2 * L);
            FloatVector.fromArray(S, from, fo + p * step + L).intoArray(to, t + p * 2 * L + L);
        }
    }

    /// Whole vectors: what is too much is written over by the next piece or row. Only at the end of `x` a piece may be
    /// nearer than a vector.
    static void gather(int k, float[] x, int xo, int[] at, int[] pieces, int first, float[] to, int t) {
        int end = first + 2 * pieces[first];
        int last = x.length - L;
        for (int p = 0; p < k; p++, t += 2 * L) {
            int row = xo + at[p];
            for (int i = first; i < end; i += 2) {
                int from = row + pieces[i + 1];
                int target = t + pieces[i + 2];
                if (from <= last) FloatVector.fromArray(S, x, from).intoArray(to, target);
                else System.arraycopy(x, from, to, target, x.length - from);
            }
        }
    }
}
