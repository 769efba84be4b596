package dev.lamina;

/// The least and greatest of some indices; an empty set has `min > max`.
record IntRange(int min, int max) {
    static IntRange of(int[] values) {
        int min = Integer.MAX_VALUE;
        int max = Integer.MIN_VALUE;
        for (int v : values) {
            min = Math.min(min, v);
            max = Math.max(max, v);
        }
        return new IntRange(min, max);
    }

    /// Checks indices that came from the host against 0..size-1 before a device reads out of bounds. Indices that
    /// a
    /// device computed have no known range and are not waited for.
    static void check(String op, Tensor index, int size) {
        IntRange r = index.range();
        if (r == null || r.min > r.max || (r.min >= 0 && r.max < size)) return;
        int[] all = index.toInts();
        for (int i = 0; i < all.length; i++)
            if (all[i] < 0 || all[i] >= size)
                throw new IndexException(
                        op + ": index " + all[i] + " at position " + i + " is outside 0.." + (size - 1));
    }
}
