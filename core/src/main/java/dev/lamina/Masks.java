package dev.lamina;

import dev.lamina.op.Iota;
import java.util.List;

/// Masks of padded sequences `[n, t, ...]`: 1 for what is there and 0 for padding.
public final class Masks {
    private Masks() {}

    /// f32 [n, t] from i32 lengths [n]; targets may be empty, so that 0 is a length too.
    ///
    /// @throws ShapeException if the lengths are not a vector
    /// @throws IndexException if a length that came from the host is outside 0..t; it names the sequence
    public static Tensor ofLengths(Tensor lengths, int t) {
        checkLengths("mask", lengths, 0, t);
        var row = new Spec(Shape.of(1, t), DType.I32);
        Tensor step =
                Tensor.apply(new Iota(row, 1), List.of(), lengths.device()).getFirst();
        return step.lt(lengths.unsqueeze(1)).cast(DType.F32);
    }

    /// Checks lengths i32 [n] that came from the host before a device uses them. Lengths that a device
    /// computed have no known range and are not waited for.
    ///
    /// @param what begins the message
    /// @param least that is allowed
    /// @param t the size of the time axis
    public static void checkLengths(String what, Tensor lengths, int least, int t) {
        if (lengths.dtype() != DType.I32)
            throw new DTypeException(
                    what + ": lengths must be i32, got " + lengths.spec() + "; convert with cast(DType.I32)");
        if (lengths.shape().rank() != 1)
            throw new ShapeException(what + ": expected lengths [n], got " + lengths.shape());
        IntRange r = lengths.range();
        if (r == null || r.min() > r.max() || (r.min() >= least && r.max() <= t)) return;
        int[] all = lengths.toInts();
        for (int i = 0; i < all.length; i++)
            if (all[i] < least || all[i] > t)
                throw new IndexException(what + ": length " + all[i] + " of sequence " + i + " is outside " + least
                        + ".." + t + ", where " + t + " is the size of the time axis");
    }
}
