package dev.lamina.kernels;

import dev.lamina.Shape;

/// Elements between neighbours along each axis, as ints: device tensors have fewer than 2^31 elements.
final class Strides {
    private Strides() {}

    /// Of a contiguous tensor.
    static int[] of(Shape s) {
        int[] strides = new int[s.rank()];
        int n = 1;
        for (int a = s.rank() - 1; a >= 0; a--) {
            strides[a] = n;
            n *= s.dim(a);
        }
        return strides;
    }

    /// Of `from` repeated to `to`: 0 along the axes that it lacks or has once.
    static int[] broadcast(Shape from, Shape to) {
        int[] own = of(from);
        int[] strides = new int[to.rank()];
        int skipped = to.rank() - from.rank();
        for (int a = 0; a < from.rank(); a++) strides[skipped + a] = from.dim(a) == 1 ? 0 : own[a];
        return strides;
    }
}
