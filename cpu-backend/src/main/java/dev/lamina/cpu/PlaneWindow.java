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
        if (stepH == 1 && stepW == 1 && first < last) {
            copyRows(simd, plane, at, h, w, row, column, rows, columns, first, last, to, t, pitch);
            return;
        }
        for (int y = 0; y < rows; y++) {
            int from = row + y * stepH;
            int line = t + y * pitch;
            if (from < 0 || from >= h || first == last) {
                Arrays.fill(to, line, line + columns, 0f);
                continue;
            }
            for (int x = 0; x < first; x++) {
                to[line + x] = 0f;
            }
            int source = at + from * w + column;
            if (stepW == 2) {
                simd.everyOther(last - first, plane, source + 2 * first, to, line + first);
            } else {
                for (int x = first; x < last; x++) {
                    to[line + x] = plane[source + x * stepW];
                }
            }
            for (int x = last; x < columns; x++) {
                to[line + x] = 0f;
            }
        }
    }

    /// With steps of 1, columns `first .. last` of the window being in the plane.
    private static void copyRows(
            Simd simd,
            float[] plane,
            int at,
            int h,
            int w,
            int row,
            int column,
            int rows,
            int columns,
            int first,
            int last,
            float[] to,
            int t,
            int pitch) {
        int above = Math.clamp(-row, 0, rows);
        int below = Math.clamp(h - row, above, rows);
        for (int y = 0; y < above; y++) Arrays.fill(to, t + y * pitch, t + y * pitch + columns, 0f);
        for (int y = below; y < rows; y++) Arrays.fill(to, t + y * pitch, t + y * pitch + columns, 0f);
        int from = at + (row + above) * w + column + first;
        int line = t + above * pitch;
        simd.copyRows(below - above, last - first, plane, from, w, to, line + first, pitch);
        for (int x = 0; x < first; x++) clear(below - above, to, line + x, pitch);
        for (int x = last; x < columns; x++) clear(below - above, to, line + x, pitch);
    }

    private static void clear(int count, float[] to, int t, int step) {
        for (int i = 0; i < count; i++, t += step) to[t] = 0f;
    }
}
