package dev.lamina.cpu;

/// Rows of some images copied with zero margins, so that a kernel place is an offset; and, where rows are short,
/// written from there once for each place without margins, images side by side.
///
/// The copy is `[channel][image][plane][lines][columns]`, see [Axis] for the planes. Rows without margins are
/// `[channel, place][image, row, column]`.
///
/// @param rows of an image that there is room for
/// @param images that there is room for
/// @param packed without margins in the end
/// @param read which planes a kernel place reads
record PaddedRows(Simd simd, Axis vertical, Axis horizontal, int rows, int images, boolean packed, boolean[] read) {
    /// Rows up to this length are worth writing without margins, which would be a tenth of the work or more.
    private static final int SHORT = 16;
    /// Floats of a panel of positions: 32 KB of a first-level cache.
    private static final int PANEL = 8 * 1024;

    static PaddedRows of(
            Simd simd, Axis vertical, Axis horizontal, int rows, int images, boolean packed, Taps... taps) {
        var read = new boolean[vertical.split() * horizontal.split()];
        var all = new PaddedRows(simd, vertical, horizontal, rows, images, packed, read);
        for (Taps t : taps) for (int at : t.at()) read[at / all.plane()] = true;
        return all;
    }

    /// Whether rows so short, for so many result channels, are worked on without margins and images together.
    static boolean packs(Simd simd, int length, int results) {
        return length <= SHORT && results >= simd.columns();
    }

    /// Positions, or rows, of one panel.
    static int panel(Simd simd) {
        return PANEL / simd.columns();
    }

    private int plane() {
        return vertical.lines(rows) * columns();
    }

    int columns() {
        return horizontal.lines(horizontal.size());
    }

    /// Floats of one image of a channel of the copy.
    int image() {
        return read.length * plane();
    }

    /// Floats of one channel of the copy.
    int channel() {
        return images * image();
    }

    /// From one row to the next among positions.
    int width() {
        return packed ? horizontal.size() : columns();
    }

    /// Positions of so many images and rows.
    int positions(int images, int rows) {
        return packed ? images * rows * width() : (rows - 1) * columns() + horizontal.size();
    }

    /// Whether there are margins to leave out.
    boolean written() {
        return packed && (read.length > 1 || vertical.lines(rows) > rows || columns() > horizontal.size());
    }

    /// From one row without margins to the next: no power of two, which would meet the same lines of a cache.
    int step() {
        return Pack.roundUp(images * rows * width(), simd.columns()) + simd.columns() / 2;
    }

    /// The memory for the copy of so many channels.
    float[] copyOf(int channels) {
        return Scratch.floats(channels * channel() + 2 * simd.columns());
    }

    /// The memory for so many rows without margins.
    float[] joined(int count) {
        return Scratch.floats(written() ? count * step() + simd.columns() : 0);
    }

    /// Where rows of so many channels begin, place by place, the last one repeated up to `length`.
    void table(Taps taps, int channels, int[] table, int length) {
        if (!written()) {
            taps.table(channels, channel(), table, length);
            return;
        }
        int last = channels * taps.count() - 1;
        for (int i = 0; i < length; i++) table[i] = Math.min(i, last) * step();
    }

    /// Copies rows `row .. row + rows` of planes of h x w that begin at `from`, so many floats apart by image.
    void fill(
            float[] source,
            int from,
            int byImage,
            int h,
            int w,
            int channels,
            int images,
            int row,
            int rows,
            float[] copy) {
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < images; i++)
                for (int p = 0; p < read.length; p++)
                    if (read[p])
                        PlaneWindow.copy(
                                simd,
                                source,
                                from + i * byImage + c * h * w,
                                h,
                                w,
                                row * vertical.split() + p / horizontal.split() + vertical.origin(),
                                p % horizontal.split() + horizontal.origin(),
                                vertical.split(),
                                horizontal.split(),
                                vertical.lines(rows),
                                columns(),
                                copy,
                                c * channel() + i * image() + p * plane());
    }

    /// Writes the rows without margins of channels `first .. first + channels`.
    void join(Taps taps, int first, int channels, int images, float[] copy, float[] joined) {
        int to = 0;
        for (int c = first; c < first + channels; c++)
            for (int at : taps.at()) {
                int from = c * channel() + at;
                simd.join(images, rows, width(), image(), columns(), copy, from, joined, to);
                to += step();
            }
    }
}
