package dev.lamina.cpu;

/// The lattices of an adjoint with strides (see [Axis]), woven into lines of the result; one lattice otherwise.
///
/// @param width from one row of a lattice to the next
/// @param size from one lattice to the next
record Lattices(Simd simd, Axis vertical, Axis horizontal, int resultH, int resultW, int width, int size) {
    /// Stores rows `row .. row + rows` of all lattices to the plane that begins at `to`.
    ///
    /// @param from where row `row` of the first lattice lies
    void store(int row, int rows, float[] sums, int from, float[] result, int to) {
        for (int a = 0; a < vertical.weave(); a++) {
            int down = row * vertical.weave() + a + vertical.target();
            int skip = down < 0 ? 1 : 0;
            int line = down + skip * vertical.weave();
            int count = Math.min(rows - skip, Pack.ceilDiv(resultH - line, vertical.weave()));
            int at = from + a * horizontal.weave() * size + skip * width;
            lines(count, sums, at, result, to + line * resultW);
        }
    }

    /// Rows of the lattices from one on that lie in the same lines.
    private void lines(int count, float[] sums, int from, float[] result, int to) {
        int down = vertical.weave() * resultW;
        if (horizontal.weave() == 1) {
            simd.copyRows(count, resultW, sums, from + place(0), width, result, to, down);
            return;
        }
        if (horizontal.weave() == 2) {
            simd.interleave(count, resultW, sums, from + place(0), sums, from + place(1), width, result, to, down);
            return;
        }
        for (int r = 0; r < count; r++, from += width, to += down)
            for (int x = 0; x < resultW; x++) result[to + x] = sums[from + place(x)];
    }

    /// Where the sum for a column lies.
    private int place(int column) {
        int x = column - horizontal.target();
        return x % horizontal.weave() * size + x / horizontal.weave();
    }
}
