package dev.lamina;

import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;

/// The least and greatest of some indices; an empty set has `min > max`.
public record IntRange(int min, int max) {
    static IntRange of(int[] values) {
        int min = Integer.MAX_VALUE;
        int max = Integer.MIN_VALUE;
        for (int v : values) {
            min = Math.min(min, v);
            max = Math.max(max, v);
        }
        return new IntRange(min, max);
    }

    /// Checks indices that came from the host against 0..size-1 before a device reads out of bounds. Indices
    /// that a device computed have no known range and are not waited for.
    ///
    /// @param what begins the message, such as `gather: index`
    /// @throws IndexException with the value, its position and the range
    public static void check(String what, Tensor index, int size) {
        check(what, index, size, OptionalInt.empty());
    }

    /// The same, except that `ignored` is always allowed.
    public static void check(String what, Tensor index, int size, OptionalInt ignored) {
        IntRange r = index.range();
        if (r == null || r.min > r.max || (r.min >= 0 && r.max < size)) return;
        int[] all = index.toInts();
        for (int i = 0; i < all.length; i++)
            if ((all[i] < 0 || all[i] >= size) && !(ignored.isPresent() && all[i] == ignored.getAsInt()))
                throw new IndexException(what + " " + all[i] + " at position " + position(i, index.shape())
                        + " is outside 0.." + (size - 1));
    }

    /// The least and greatest element, if they are known without waiting for the device.
    public static Optional<IntRange> known(Tensor index) {
        return Optional.ofNullable(index.range());
    }

    /// Of one axis its number, of several their coordinates: `[1, 4]` is element 4 of row 1.
    private static String position(int i, Shape shape) {
        if (shape.rank() < 2) return Integer.toString(i);
        long[] strides = shape.strides();
        var at = new ArrayList<Long>();
        for (int a = 0; a < shape.rank(); a++) at.add(i / strides[a] % shape.dim(a));
        return at.toString();
    }
}
