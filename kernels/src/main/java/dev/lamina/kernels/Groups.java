package dev.lamina.kernels;

/// A grid of groups that work together through local memory: how many, and of how many items, a power of two.
record Groups(int count, int size) {
    private static final int PER_UNIT = 32;

    /// For `jobs` that one group does each; the kernel's loop takes what is over the grid.
    static Groups of(Launcher launcher, int jobs) {
        var limits = launcher.driver().limits();
        return new Groups(Math.max(1, Math.min(jobs, limits.units() * PER_UNIT)), size(launcher));
    }

    /// Items of a group: what kernels compile in as GROUP.
    static int size(Launcher launcher) {
        return Integer.highestOneBit(
                Math.min(Launcher.GROUP, launcher.driver().limits().groupSize()));
    }
}
