package dev.lamina.cpu;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// The sources of a block of output rows of some images, copied so that output position q reads `copy[q + at]` for each
/// kernel place, `at` being a constant, and nothing lies between the rows.
///
/// Positions are `[row][image][column]`, the copy is `[channel][plane][line][image][column]`: one plane for every
/// way in which lines of the kernel, by their phase (see [Axis]), and columns of it, by where they begin, lie under
/// the output. So columns of the source are copied once for each column of the kernel, with the margin that it
/// sees, and from one line of the kernel to the next of the same phase is a step of one line.
final class JoinedRows {
    private final Simd simd;
    private final Axis vertical;
    private final Axis horizontal;
    /// Rows of an image that there is room for.
    private final int rows;
    private final int images;
    /// The phases of lines of the kernel, and the source columns that position 0 sees through its columns.
    private final int[] phases;
    private final int[] columns;

    JoinedRows(Simd simd, Conv2dShape s, Axis vertical, Axis horizontal, int rows, int images) {
        this.simd = simd;
        this.vertical = vertical;
        this.horizontal = horizontal;
        this.rows = rows;
        this.images = images;
        phases = phases(s, vertical);
        columns = columns(s, horizontal);
    }

    private static int[] phases(Conv2dShape s, Axis vertical) {
        return distinct(s.kh(), vertical::plane);
    }

    private static int[] columns(Conv2dShape s, Axis horizontal) {
        return distinct(s.kw(), horizontal::seen);
    }

    /// The values of so many places, each once.
    private static int[] distinct(int places, IntUnaryOperator value) {
        int[] found = new int[places];
        int n = 0;
        for (int i = 0; i < places; i++) {
            found[n] = value.applyAsInt(i);
            if (index(found, found[n]) == n) n++;
        }
        return Arrays.copyOf(found, n);
    }

    /// Planes of a channel.
    static int planes(Conv2dShape s, Axis vertical, Axis horizontal) {
        return phases(s, vertical).length * columns(s, horizontal).length;
    }

    private int line() {
        return images * horizontal.size();
    }

    private int plane() {
        return vertical.lines(rows) * line();
    }

    /// Floats of one channel: an odd number of vectors, as a power of two would meet the same lines of a cache.
    int channel() {
        int vector = simd.columns() / 2;
        return (Pack.ceilDiv(phases.length * columns.length * plane(), vector) | 1) * vector;
    }

    /// Positions of so many rows of all images.
    int positions(int rows) {
        return rows * line();
    }

    /// The memory for the copy of so many channels, of which a tile may read beyond the end.
    float[] copyOf(int channels) {
        return Scratch.floats(channels * channel() + 2 * simd.columns());
    }

    /// The places that reach output lattice (a, b).
    Taps taps(Conv2dShape s, int a, int b) {
        return Taps.of(s, vertical, horizontal, a, b, (i, j) -> {
            int plane = index(phases, vertical.plane(i)) * columns.length + index(columns, horizontal.seen(j));
            return plane * plane() + vertical.shift(i) * line();
        });
    }

    private static int index(int[] values, int value) {
        int i = 0;
        while (values[i] != value) i++;
        return i;
    }

    /// Copies what rows `row .. row + rows` see of planes h x w that begin at `from`, so many floats apart by image.
    void fill(float[] source, int from, int byImage, int h, int w, int channels, int row, int rows, float[] copy) {
        for (int c = 0; c < channels; c++)
            for (int p = 0; p < phases.length * columns.length; p++)
                for (int i = 0; i < images; i++)
                    PlaneWindow.copy(
                            simd,
                            source,
                            from + i * byImage + c * h * w,
                            h,
                            w,
                            row * vertical.split() + phases[p / columns.length] + vertical.origin(),
                            columns[p % columns.length],
                            vertical.split(),
                            horizontal.split(),
                            vertical.lines(rows),
                            horizontal.size(),
                            copy,
                            c * channel() + p * plane() + i * horizontal.size(),
                            line());
    }
}
