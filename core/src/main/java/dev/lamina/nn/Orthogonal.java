package dev.lamina.nn;

import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.ShapeException;

/// A random matrix with orthonormal rows or columns, from the QR factors of a normal one.
final class Orthogonal {
    private Orthogonal() {}

    static float[] matrix(Rng rng, Shape shape, double gain) {
        if (shape.rank() < 2) throw new ShapeException("orthogonal: needs two axes or more, got " + shape);
        int rows = shape.dim(0);
        int columns = Math.toIntExact(shape.size(1, shape.rank()));
        boolean wide = rows < columns;
        double[][] q = basis(rng, Math.min(rows, columns), Math.max(rows, columns));
        var m = new float[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) m[i * columns + j] = (float) (gain * (wide ? q[i][j] : q[j][i]));
        return m;
    }

    /// Gram-Schmidt, each vector projected twice: once loses orthogonality to rounding, twice is enough. The
    /// lengths that it divides by are positive, which makes the result uniform over all such bases.
    private static double[][] basis(Rng rng, int count, int length) {
        var q = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < length; k++) q[i][k] = rng.nextGaussian();
            for (int pass = 0; pass < 2; pass++) for (int j = 0; j < i; j++) subtractProjection(q[i], q[j]);
            double scale = 1 / Math.sqrt(dot(q[i], q[i]));
            for (int k = 0; k < length; k++) q[i][k] *= scale;
        }
        return q;
    }

    private static void subtractProjection(double[] v, double[] unit) {
        double d = dot(v, unit);
        for (int k = 0; k < v.length; k++) v[k] -= d * unit[k];
    }

    private static double dot(double[] a, double[] b) {
        double s = 0;
        for (int k = 0; k < a.length; k++) s += a[k] * b[k];
        return s;
    }
}
