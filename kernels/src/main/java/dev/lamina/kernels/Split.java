package dev.lamina.kernels;

/// How a reduction of `reduced` elements to each of `outputs` results is shared out. Long ones are cut into
/// chunks, whose partial results a second pass combines: that fills the device when results are few, and keeps
/// sums short and so exact.
///
/// @param grouped a group for each result, its items side by side along the reduced elements; otherwise an item
/// @param chunk reduced elements of one chunk
record Split(boolean grouped, int outputs, int reduced, int chunk, int chunks) {
    /// Reduced neighbours from which a group pays.
    private static final int WIDE = 64;

    private static final int ITEM_LEAST = 64;
    private static final int ITEM_MOST = 1024;
    private static final int GROUP_LEAST = 16;
    private static final int GROUP_MOST = 256;
    private static final int ITEMS_PER_UNIT = 2048;
    private static final int GROUPS_PER_UNIT = 8;

    /// @param contiguous whether neighbours along the reduced elements are neighbours in memory
    static Split of(Launcher launcher, int outputs, int reduced, boolean contiguous) {
        int units = launcher.driver().limits().units();
        int g = Groups.size(launcher);
        boolean grouped = contiguous && reduced >= WIDE;
        int wanted = ceil(units * (grouped ? GROUPS_PER_UNIT : ITEMS_PER_UNIT), outputs);
        int least = grouped ? g * GROUP_LEAST : ITEM_LEAST;
        int most = grouped ? g * GROUP_MOST : ITEM_MOST;
        int chunks = Math.max(1, Math.max(ceil(reduced, most), Math.min(wanted, ceil(reduced, least))));
        int chunk = Math.max(1, ceil(reduced, chunks));
        return new Split(grouped, outputs, reduced, chunk, Math.max(1, ceil(reduced, chunk)));
    }

    /// Results of the first pass, `[chunks, outputs]`.
    int total() {
        return Math.multiplyExact(outputs, chunks);
    }

    static int ceil(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }
}
