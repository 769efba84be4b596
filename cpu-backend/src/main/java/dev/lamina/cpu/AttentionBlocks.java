package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import java.util.Arrays;

/// What attention and its gradient do alike with blocks of queries and keys.
final class AttentionBlocks {
    /// Rows of a block: a whole number of tiles, and a block of scores that stays in the second-level cache.
    static final int BLOCK = 128;
    /// Tasks that a small number of sequences and heads is cut into, whatever the number of threads.
    private static final int TASKS = 16;
    /// Multiplications below which a second thread does not pay.
    private static final long SERIAL = 500_000;

    private final Simd simd;

    AttentionBlocks(Simd simd) {
        this.simd = simd;
    }

    /// Rows of a task: whole blocks.
    static int rows(int pairs, int length) {
        int blocks = Pack.ceilDiv(length, BLOCK);
        int parts = Math.clamp(Pack.ceilDiv(TASKS, pairs), 1, Math.max(1, blocks));
        return Math.max(1, Pack.ceilDiv(blocks, parts)) * BLOCK;
    }

    /// Tasks that a thread takes at a time.
    static int grain(int tasks, long multiplications) {
        return Math.clamp(SERIAL / Math.max(1, multiplications), 1, Math.max(1, tasks));
    }

    /// Rows `p .. p + k` and `columns` columns of B, from column j on, as right panels.
    void panels(Matrix b, int j, int columns, int p, int k, float[] to, int at) {
        int nr = simd.columns();
        for (int c = 0; c < columns; c += nr)
            Pack.right(simd, b, j + c, Math.min(nr, columns - c), p, k, to, at + c * k);
    }

    /// All rows of B `[rows, columns]`, block by block, as right panels; a block of rows begins at its first row
    /// times `width(columns)`.
    void blocks(float[] b, int bo, int rows, int columns, float[] to) {
        var matrix = new Matrix(b, bo, columns);
        for (int i = 0; i < rows; i += BLOCK)
            panels(matrix, 0, columns, i, Math.min(BLOCK, rows - i), to, i * width(columns));
    }

    /// All rows of B `[rows, columns]` as the columns of right panels; a block of rows begins at its first row times
    /// `columns`.
    void transposed(float[] b, int bo, int rows, int columns, float[] to) {
        panels(new Matrix(b, bo, columns, true), 0, rows, 0, columns, to, 0);
    }

    /// Columns of right panels for so many columns.
    int width(int columns) {
        return Pack.roundUp(columns, simd.columns());
    }

    void scaled(float scale, int n, float[] x, int xo, float[] y) {
        simd.binary(BinaryFn.MUL, n, x, xo, scale, y, 0);
    }

    /// Starts of `rows` rows that lie `step` apart, with the last one repeated for the rest of a block.
    static void starts(int rows, int step, int[] at) {
        for (int i = 0; i < BLOCK; i++) at[i] = Math.min(i, rows - 1) * step;
    }

    /// Adds to the first `n` scores of a row the bias of a query.
    static void addBias(AttentionShape s, int pair, int i, int j, int n, float[] scores, int at) {
        for (int c = 0; c < n; c++) scores[at + c] += (float) s.bias(pair, i, j + c);
    }

    /// Adds to the first `n` scores of a row the bias of a key for neighbouring queries.
    static void addBiasOfKey(AttentionShape s, int pair, int i, int j, int n, float[] scores, int at) {
        for (int c = 0; c < n; c++) scores[at + c] += (float) s.bias(pair, i + c, j);
    }

    static void clear(float[] a, int from, int n) {
        Arrays.fill(a, from, from + n, 0f);
    }
}
