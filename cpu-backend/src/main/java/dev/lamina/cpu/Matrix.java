package dev.lamina.cpu;

/// A matrix inside a `float[]`: element (i, j) lies at `offset + i * step + j`, or where it is stored
/// transposed at `offset + j * step + i`.
record Matrix(float[] data, int offset, int step, boolean transposed) {
    Matrix(float[] data, int offset, int step) {
        this(data, offset, step, false);
    }

    int index(int i, int j) {
        return transposed ? offset + j * step + i : offset + i * step + j;
    }

    /// Floats from (i, j) to (i + 1, j).
    int down() {
        return transposed ? 1 : step;
    }

    /// Floats from (i, j) to (i, j + 1).
    int along() {
        return transposed ? step : 1;
    }

    /// The same, seen with rows and columns exchanged; nothing moves.
    Matrix flip() {
        return new Matrix(data, offset, step, !transposed);
    }

    /// What lies below and to the right of (i, j), with it.
    Matrix from(int i, int j) {
        return new Matrix(data, index(i, j), step, transposed);
    }

    /// A matrix of the same form `by` floats further on.
    Matrix shift(int by) {
        return by == 0 ? this : new Matrix(data, offset + by, step, transposed);
    }
}
