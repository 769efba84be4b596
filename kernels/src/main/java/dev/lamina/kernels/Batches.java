package dev.lamina.kernels;

import dev.lamina.Shape;
import java.util.ArrayList;
import java.util.List;

/// The leading axes of a batched product: neighbours that step alike are one axis, and at most three remain for
/// the kernel; those before them are walked by the host.
///
/// @param sizes three axes, padded with ones in front
/// @param a elements of the left operand between neighbours of each axis, 0 where it is broadcast
/// @param b the same for the right operand
/// @param outer the starts of the left and right operand and the number of the first product, one for each launch
record Batches(int[] sizes, int[] a, int[] b, List<Start> outer) {
    private static final int AXES = 3;

    record Start(int a, int b, int product) {}

    private record Axis(int size, int a, int b) {
        boolean continues(Axis inner) {
            return a == inner.a * inner.size && b == inner.b * inner.size;
        }
    }

    /// @param matrixA elements of one matrix of the left operand
    static Batches of(Shape out, Shape a, Shape b, int matrixA, int matrixB) {
        var axes = new ArrayList<Axis>();
        int stepA = matrixA;
        int stepB = matrixB;
        for (int i = 1; i <= out.rank(); i++) {
            int sizeA = i <= a.rank() ? a.dim(-i) : 1;
            int sizeB = i <= b.rank() ? b.dim(-i) : 1;
            var axis = new Axis(out.dim(-i), sizeA == 1 ? 0 : stepA, sizeB == 1 ? 0 : stepB);
            stepA *= sizeA;
            stepB *= sizeB;
            if (axis.size == 1) continue;
            Axis inner = axes.isEmpty() ? null : axes.getFirst();
            if (inner != null && axis.continues(inner)) {
                axes.removeFirst();
                axis = new Axis(axis.size * inner.size, inner.a, inner.b);
            }
            axes.addFirst(axis);
        }
        while (axes.size() < AXES) axes.addFirst(new Axis(1, 0, 0));
        List<Axis> kernel = axes.subList(axes.size() - AXES, axes.size());
        return new Batches(
                kernel.stream().mapToInt(Axis::size).toArray(),
                kernel.stream().mapToInt(Axis::a).toArray(),
                kernel.stream().mapToInt(Axis::b).toArray(),
                starts(axes.subList(0, axes.size() - AXES), kernel));
    }

    private static List<Start> starts(List<Axis> outer, List<Axis> kernel) {
        int each = kernel.stream().mapToInt(Axis::size).reduce(1, (x, y) -> x * y);
        var starts = List.of(new Start(0, 0, 0));
        for (Axis axis : outer) {
            var next = new ArrayList<Start>();
            for (Start s : starts)
                for (int i = 0; i < axis.size; i++)
                    next.add(new Start(s.a + i * axis.a, s.b + i * axis.b, s.product * axis.size + i));
            starts = next;
        }
        return starts.stream().map(s -> new Start(s.a, s.b, s.product * each)).toList();
    }

    /// Products of one launch.
    int count() {
        return sizes[0] * sizes[1] * sizes[2];
    }

    /// True if the right operand is one matrix and the left ones follow each other: then they are one tall
    /// matrix. Of a depth of 0 every step is 0, which says nothing about the right operand.
    boolean stacked(int matrixA) {
        return matrixA > 0 && outer.size() == 1 && sizes[0] == 1 && sizes[1] == 1 && b[2] == 0 && a[2] == matrixA;
    }
}
