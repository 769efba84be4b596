package dev.lamina.testing;

import dev.lamina.Shape;
import dev.lamina.testing.Evaluation.Array;
import java.util.Arrays;
import java.util.List;

/// Compares what a device computed with what is right, and names the first element that is off.
final class Comparison {
    private final OpCase c;
    private final String check;

    Comparison(OpCase c, String check) {
        this.c = c;
        this.check = check;
    }

    /// How far an element may be off: `rtol * (|expected| + condition)`.
    interface Tolerance {
        double at(int array, int element, double expected);
    }

    static Tolerance exact() {
        return (_, _, _) -> 0;
    }

    static Tolerance relative(double rtol, double scale) {
        return (_, _, expected) -> rtol * (Math.abs(expected) + scale);
    }

    /// Relative to the size of the terms that were summed, element by element.
    static Tolerance conditioned(double rtol, List<Array> magnitudes) {
        return (a, i, expected) ->
                rtol * (Math.abs(expected) + Math.abs(magnitudes.get(a).values()[i])) + 1e-30;
    }

    /// Relative to the largest element of the array: a gradient is a sum whose terms may cancel in places.
    static Tolerance ofLargest(double rtol, List<Array> expected) {
        double[] largest = expected.stream()
                .mapToDouble(a -> Arrays.stream(a.values()).map(Math::abs).max().orElse(0))
                .toArray();
        return (a, _, e) -> rtol * (Math.abs(e) + largest[a] + 1e-3);
    }

    void equal(List<Array> expected, List<Array> got, Tolerance tolerance) {
        if (expected.size() != got.size())
            throw new AssertionError(where() + ": expected " + expected.size() + " arrays, got " + got.size());
        for (int a = 0; a < expected.size(); a++) equal(a, expected.get(a), got.get(a), tolerance);
    }

    private void equal(int a, Array expected, Array got, Tolerance tolerance) {
        Shape shape = expected.spec().shape();
        if (!shape.equals(got.spec().shape()))
            throw new AssertionError(where() + ": array " + a + ": expected shape " + shape + ", got " + got.spec());
        for (int i = 0; i < expected.values().length; i++) {
            double e = expected.values()[i];
            double g = got.values()[i];
            double tol = got.spec().dtype().floating() ? tolerance.at(a, i, e) : 0;
            if (!close(e, g, tol))
                throw new AssertionError(where() + ": array " + a + " " + got.spec() + " element "
                        + Arrays.toString(Cells.coordinates(i, shape)) + ": expected " + e + ", got " + g
                        + ", tolerance " + tol + ", seed " + c.seed());
        }
    }

    /// NaN equals NaN, and an infinity only itself; a tolerance that is not finite allows any finite number.
    private static boolean close(double e, double g, double tol) {
        if (e == g || (Double.isNaN(e) && Double.isNaN(g))) return true;
        if (!Double.isFinite(e) || !Double.isFinite(g)) return false;
        return !(Math.abs(e - g) > tol);
    }

    String where() {
        return c + " / " + check;
    }
}
