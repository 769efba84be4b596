package dev.lamina.cpu;

/// The sources of output positions as right panels: positions of several images side by side, without margins.
///
/// A panel is `[channel, place][position]`, made of pieces that lie together in the source, see [Simd#gather]. It is
/// made just before it is multiplied, so that it is still in the first-level cache, and only one is held at a time.
final class RightPanels {
    private final Simd simd;
    private final PaddedRows padded;
    /// Where the source lies: from one row, image and channel to the next.
    private final int byRow;
    private final int byImage;
    private final int byChannel;

    private RightPanels(Simd simd, PaddedRows padded, int byRow, int byImage, int byChannel) {
        this.simd = simd;
        this.padded = padded;
        this.byRow = byRow;
        this.byImage = byImage;
        this.byChannel = byChannel;
    }

    /// Of a copy.
    static RightPanels ofCopy(Simd simd, PaddedRows padded) {
        return new RightPanels(simd, padded, padded.columns(), padded.image(), padded.channel());
    }

    /// Of planes `[image][channels][rows][columns]` as they are, where there are no margins.
    static RightPanels ofPlanes(Simd simd, PaddedRows padded, int channels) {
        int plane = padded.rows() * padded.width();
        return new RightPanels(simd, padded, padded.width(), channels * plane, plane);
    }

    /// Ints of the list of all pieces.
    int listed() {
        return Pack.ceilDiv(padded.positions(padded.images(), padded.rows()), simd.columns()) * each();
    }

    /// Ints of one panel in the list: how many pieces, and of each where it begins in the source and the panel.
    private int each() {
        return 1 + 2 * simd.columns();
    }

    /// Lists the pieces of so many images and rows.
    void list(int images, int rows, int[] pieces) {
        int wide = simd.columns();
        boolean whole = byRow == padded.width();
        int runs = whole ? 1 : rows;
        int length = whole ? rows * byRow : padded.width();
        int position = 0;
        for (int run = 0; run < images * runs; run++) {
            int from = run / runs * byImage + run % runs * byRow;
            for (int end = from + length; from < end; ) {
                int panel = position / wide * each();
                int to = position % wide;
                if (to == 0) pieces[panel] = 0;
                int piece = panel + 1 + 2 * pieces[panel]++;
                pieces[piece] = from;
                pieces[piece + 1] = to;
                int size = Math.min(end - from, Math.min(wide - to, wide / 2));
                from += size;
                position += size;
            }
        }
    }

    /// C `[m, positions]` = left panels times the sources of `channels` channels from `first` on.
    ///
    /// @param count positions
    /// @param source the copy, or the planes from `so` on
    /// @param table scratch for as many ints as there are channels times places
    /// @param panel scratch of [#floats]
    void multiply(
            int m,
            int count,
            Taps taps,
            int first,
            int channels,
            float[] left,
            int lo,
            float[] source,
            int so,
            int[] pieces,
            int[] table,
            float[] panel,
            float[] c,
            int ldc,
            boolean add,
            float[] edge) {
        int k = channels * taps.count();
        int wide = simd.columns();
        taps.table(channels, byChannel, table, k);
        for (int j = 0; j < count; j += wide) {
            simd.gather(k, source, so + first * byChannel, table, pieces, j / wide * each(), panel, 0);
            simd.multiply(m, Math.min(wide, count - j), k, left, lo, panel, 0, c, j, ldc, add, edge);
        }
    }

    /// Floats of a panel of so many sources, and what a last piece may write beyond.
    int floats(int depth) {
        return (depth + 1) * simd.columns();
    }
}
