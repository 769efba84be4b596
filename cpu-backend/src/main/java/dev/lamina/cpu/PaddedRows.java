package dev.lamina.cpu;

/// Rows of one plane copied with zero margins, so that a kernel place is an offset. The copy is
/// `[plane][lines][columns]`, see [Axis] for the planes.
///
/// @param rows that there is room for
/// @param read which planes a kernel place reads
record PaddedRows(Simd simd, Axis vertical, Axis horizontal, int rows, boolean[] read) {
    static PaddedRows of(Simd simd, Axis vertical, Axis horizontal, int rows, Taps taps) {
        var read = new boolean[vertical.split() * horizontal.split()];
        var all = new PaddedRows(simd, vertical, horizontal, rows, read);
        for (int at : taps.at()) read[at / all.plane()] = true;
        return all;
    }

    private int plane() {
        return vertical.lines(rows) * columns();
    }

    int columns() {
        return horizontal.lines(horizontal.size());
    }

    /// The memory for the copy, of which a vector may read beyond the end.
    float[] copy() {
        return Scratch.floats(read.length * plane() + 2 * simd.columns());
    }

    /// Copies rows `row .. row + rows` of the plane h x w that begins at `from`.
    void fill(float[] source, int from, int h, int w, int row, int rows, float[] copy) {
        for (int p = 0; p < read.length; p++)
            if (read[p])
                PlaneWindow.copy(
                        simd,
                        source,
                        from,
                        h,
                        w,
                        row * vertical.split() + p / horizontal.split() + vertical.origin(),
                        p % horizontal.split() + horizontal.origin(),
                        vertical.split(),
                        horizontal.split(),
                        vertical.lines(rows),
                        columns(),
                        copy,
                        p * plane(),
                        columns());
    }
}
