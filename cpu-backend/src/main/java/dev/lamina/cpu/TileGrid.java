package dev.lamina.cpu;

import java.util.Arrays;

/// The tiles of 4 x 4 results that cover planes of h x w, image after image, row after row, and the rows of source
/// planes that a range of tiles reads.
///
/// Copies hold a vector of channels side by side, pixel after pixel, with zeros where tiles reach beyond the plane.
///
/// @param read rows and columns of sources that a tile reads
/// @param top rows that the first tile begins above the source plane
/// @param left columns likewise
record TileGrid(
        TileTransforms transforms, int images, int h, int w, int read, int sourceH, int sourceW, int top, int left) {
    private static final int SIZE = TileTransforms.RESULT;

    /// What tiles of y read of x.
    static TileGrid sources(TileTransforms transforms, Conv2dShape s) {
        return new TileGrid(transforms, s.n(), s.oh(), s.ow(), TileTransforms.SOURCE, s.h(), s.w(), s.top(), s.left());
    }

    /// What tiles of dx read of dy: each is the sum over the kernel turned by half.
    static TileGrid adjoint(TileTransforms transforms, Conv2dShape s) {
        int margin = TileTransforms.SOURCE - TileTransforms.RESULT;
        return new TileGrid(
                transforms,
                s.n(),
                s.h(),
                s.w(),
                TileTransforms.SOURCE,
                s.oh(),
                s.ow(),
                margin - s.top(),
                margin - s.left());
    }

    /// The tiles of dy themselves.
    static TileGrid results(TileTransforms transforms, Conv2dShape s) {
        return new TileGrid(transforms, s.n(), s.oh(), s.ow(), TileTransforms.RESULT, s.oh(), s.ow(), 0, 0);
    }

    private int lanes() {
        return transforms.lanes();
    }

    private int down() {
        return Pack.ceilDiv(h, SIZE);
    }

    private int across() {
        return Pack.ceilDiv(w, SIZE);
    }

    private int image() {
        return down() * across();
    }

    int tiles() {
        return images * image();
    }

    /// Pixels from one row of a copy to the next.
    private int columns() {
        return across() * SIZE + read - SIZE;
    }

    /// Floats from one row of a copy to the next.
    private int row() {
        return columns() * lanes();
    }

    /// Rows of a copy for `rows` rows of tiles of one image.
    private int lines(int rows) {
        return rows * SIZE + read - SIZE;
    }

    /// The most floats of a copy that so many tiles read, and what may be written beyond.
    private int copied(int tiles) {
        int touched = Math.min(images, (tiles - 2) / image() + 2);
        int rows = Math.min(touched * down(), (tiles - 2) / across() + 2);
        return (rows * SIZE + touched * (read - SIZE)) * row() + lanes() * lanes();
    }

    /// Where tiles `first .. last` begin in a copy of their rows.
    private void table(int first, int last, int[] table) {
        int begin = 0;
        for (int t = first; t < last; ) {
            int end = Math.min(last, (t / image() + 1) * image());
            int row = t % image() / across();
            for (; t < end; t++) {
                int tile = t % image();
                int pixel = (tile / across() - row) * SIZE * columns() + tile % across() * SIZE;
                table[t - first] = begin + pixel * lanes();
            }
            begin += lines((end - 1) % image() / across() - row + 1) * row();
        }
    }

    /// Transforms what tiles `first .. last` read of a vector of channels, from `channel` of `all` on.
    ///
    /// The first tile goes to `to[at]`, each next one `byTile` floats further; points are `step` floats apart.
    void transform(
            float[] source,
            int so,
            int all,
            int channel,
            int first,
            int last,
            float[] to,
            int at,
            int byTile,
            int step) {
        int plane = sourceH * sourceW;
        var table = Scratch.ints(last - first);
        var copy = Scratch.floats(copied(last - first));
        var work = Scratch.floats(transforms.work());
        table(first, last, table);
        int channels = Math.min(lanes(), all - channel);
        copy(source, so + channel * plane, all * plane, channels, first, last, copy, work);
        if (read == SIZE) transforms.resultAdjoint(last - first, copy, table, row(), to, at, byTile, step, work);
        else transforms.source(last - first, copy, table, row(), to, at, byTile, step, work);
        Scratch.give(work);
        Scratch.give(copy);
        Scratch.give(table);
    }

    /// Copies what tiles `first .. last` read of `channels` channels; the first one's planes begin at `from`, `byImage`
    /// floats apart.
    private void copy(
            float[] source, int from, int byImage, int channels, int first, int last, float[] copy, float[] work) {
        int to = 0;
        for (int t = first; t < last; ) {
            int end = Math.min(last, (t / image() + 1) * image());
            int row = t % image() / across();
            int lines = lines((end - 1) % image() / across() - row + 1);
            int plane = from + t / image() * byImage;
            for (int y = row * SIZE - top; lines > 0; y++, lines--, to += row())
                line(source, plane + y * sourceW, y >= 0 && y < sourceH, channels, copy, to, work);
            t = end;
        }
    }

    private void line(float[] source, int from, boolean inside, int channels, float[] copy, int to, float[] work) {
        int begin = inside ? Math.clamp(left, 0, columns()) : columns();
        int end = Math.clamp(left + sourceW, begin, columns());
        int at = to + begin * lanes();
        int plane = sourceH * sourceW;
        Arrays.fill(copy, to, at, 0f);
        if (channels == lanes()) transforms.together(end - begin, source, from + begin - left, plane, copy, at, work);
        else Pack.across(channels, end - begin, source, from + begin - left, plane, copy, at, lanes());
        Arrays.fill(copy, to + end * lanes(), to + row(), 0f);
    }

    /// Writes the results of tiles `first .. last`, whose rows are `row` floats apart and lie tile by tile, to planes
    /// of
    /// `channels` channels; those of the first one begin at `at`, `byImage` floats apart.
    void store(
            float[] results,
            int row,
            int channels,
            int first,
            int last,
            float[] to,
            int at,
            int byImage,
            float[] work) {
        for (int t = first; t < last; ) {
            int tile = t % image();
            int column = tile % across();
            int end = Math.min(last, t - column + across());
            int y = tile / across() * SIZE;
            int x = column * SIZE;
            int length = Math.min(w, x + (end - t) * SIZE) - x;
            int rows = Math.min(SIZE, h - y);
            int target = at + t / image() * byImage + y * w + x;
            for (int i = 0; i < rows; i++) {
                int from = i * row + (t - first) * SIZE * lanes();
                if (channels == lanes()) transforms.apart(length, results, from, to, target + i * w, h * w, work);
                else Pack.apart(channels, length, results, from, lanes(), to, target + i * w, h * w);
            }
            t = end;
        }
    }
}
