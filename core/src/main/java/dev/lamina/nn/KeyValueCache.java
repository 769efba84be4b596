package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.List;

/// Keys and values that an attention has made so far, so that the next element of a sequence costs one query and
/// not a whole pass: a value, of at most `capacity` elements. Appending gives another one; the old one stays as it
/// was, so that a search can go on from it in several ways.
///
/// @param keys `[b, h, length, d]`, null while empty
/// @param values `[b, h, length, dv]`, null while empty
public record KeyValueCache(int capacity, Tensor keys, Tensor values) {
    /// What a step gives.
    ///
    /// @param cache to go on with
    public record Step(Tensor output, KeyValueCache cache) {}

    public static KeyValueCache empty(int capacity) {
        return new KeyValueCache(Expect.positive("key_value_cache", "capacity", capacity), null, null);
    }

    /// Elements held.
    public int length() {
        return keys == null ? 0 : keys.shape().dim(2);
    }

    /// @throws LaminaException if there is no room
    /// @throws ShapeException if batch, heads or sizes are other ones
    KeyValueCache append(Tensor k, Tensor v) {
        int more = k.shape().dim(2);
        if (length() + more > capacity)
            throw new LaminaException("key_value_cache: " + more + " more after " + length()
                    + " are over its capacity of " + capacity + "; make it larger, or begin a new one");
        if (keys == null) return new KeyValueCache(capacity, k, v);
        same(keys, k);
        same(values, v);
        return new KeyValueCache(capacity, Tensor.concat(2, List.of(keys, k)), Tensor.concat(2, List.of(values, v)));
    }

    private static void same(Tensor held, Tensor more) {
        if (!held.shape().with(2, 0).equals(more.shape().with(2, 0)))
            throw new ShapeException("key_value_cache: holds " + held.shape() + " and cannot take " + more.shape()
                    + ": batch, heads and size must be equal");
    }
}
