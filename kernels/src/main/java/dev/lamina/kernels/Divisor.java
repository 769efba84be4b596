package dev.lamina.kernels;

/// A size as two kernel arguments that make a division by it one product and one shift, where a processor's own
/// costs some twenty instructions: `i / size = (i * multiplier >> 32) >> shift` for 0 <= i < 2^31.
///
/// With l = ceil(log2 size) the multiplier is 2^(31 + l) / size, rounded up by less than 1: the product is then
/// over the true quotient by less than i / 2^(31 + l), too little to reach the next multiple of 1 / size
/// (T. Granlund and P. Montgomery, Division by Invariant Integers using Multiplication, 1994).
///
/// @param multiplier an unsigned integer
record Divisor(int multiplier, int shift) {
    /// @param size at least 2
    static Divisor of(int size) {
        if (size < 2) throw new IllegalArgumentException("a divisor of " + size + "; a walk has no such axis");
        int l = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
        long power = Long.divideUnsigned((1L << 31 + l) - 1, size) + 1;
        return new Divisor((int) power, l - 1);
    }
}
