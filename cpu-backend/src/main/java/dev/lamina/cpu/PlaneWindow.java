package dev.lamina.cpu;

import java.util.Arrays;

/// Copies a window of a plane, zeros where it reaches beyond.
final class PlaneWindow {
    private PlaneWindow() {}

    /// `to[t + y * pitch + x] = plane[(row + y * stepH), (column + x * stepW)]`, or 0 outside the plane `[h, w]`,
    /// x < columns.
    static void copy(
            Simd simd,
            float[] plane,
            int at,
            int h,
            int w,
            int row,
            int column,
            int stepH,
            int stepW,
            int rows,
            int columns,
            float[] to,
            int t,
            int pitch) {
        int first = column >= 0 ? 0 : Math.min(columns, (-column + stepW - 1) / stepW);
        int last = Math.clamp((w - column + stepW - 1L) / stepW, first, columns);
        boolean whole = stepH == 1 && stepW == 1 && column == 0 && columns == w && pitch == w;
        if (whole && row >= 0 && row + rows <= h) {
            System.arraycopy(plane, at + row * w, to, t, rows * w);
            return;
        }
        int above = Math.clamp(Pack.ceilDiv(-row, stepH), 0, rows);
        int below = first < last ? Math.clamp(Pack.ceilDiv(h - row, stepH), above, rows) : above;
        for (int y = 0; y < above; y++) Arrays.fill(to, t + y * pitch, t + y * pitch + columns, 0f);
        for (int y = below; y < rows; y++) Arrays.fill(to, t + y * pitch, t + y * pitch + columns, 0f);
        int count = below - above;
        int line = t + above * pitch;
        int from = at + (row + above * stepH) * w + column + first * stepW;
        lines(simd, count, last - first, plane, from, stepH * w, stepW, to, line + first, pitch);
        for (int x = 0; x < first; x++) clear(count, to, line + x, pitch);
        for (int x = last; x < columns; x++) clear(count, to, line + x, pitch);
    }

    private static void lines(
            Simd simd, int count, int n, float[] plane, int from, int byLine, int step, float[] to, int t, int pitch) {
        switch (step) {
            case 1 -> simd.copyRows(count, n, plane, from, byLine, to, t, pitch);
            case 2 -> simd.everyOther(count, n, plane, from, byLine, to, t, pitch);
            default -> {
                for (int y = 0; y < count; y++, from += byLine, t += pitch)
                    for (int x = 0; x < n; x++) to[t + x] = plane[from + x * step];
            }
        }
    }

    private static void clear(int count, float[] to, int t, int step) {
        for (int i = 0; i < count; i++, t += step) to[t] = 0f;
    }
}
