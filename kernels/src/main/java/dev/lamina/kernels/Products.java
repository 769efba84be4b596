package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Precision;

/// Matrix products for a library that a driver found: `y[i] = a[i] b[i]` for `count` of each, `[m, k] x [k,
/// n]`, all row after row without gaps.
///
/// @param dtype of all three, F32 or F64
/// @param precision what the scope allows the operands to be rounded to, if they are F32
/// @param ta whether the left matrices are stored transposed, `[k, m]`
/// @param tb whether the right ones are, `[n, k]`
public record Products(
        DType dtype,
        Precision precision,
        int m,
        int n,
        int k,
        boolean ta,
        boolean tb,
        int count,
        Matrices a,
        Matrices b,
        Matrices y) {

    /// Matrices in one piece of memory.
    ///
    /// @param at where the first begins, in elements
    /// @param step elements between neighbours, 0 if all are one
    public record Matrices(Object memory, long at, long step) {}
}
