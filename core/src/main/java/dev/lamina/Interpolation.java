package dev.lamina;

/// Matrices `[out, in]` that resample one axis. Resampling by a product needs no kernel of its own, and its
/// gradient is the product's.
final class Interpolation {
    private Interpolation() {}

    /// Means over windows that cover the axis evenly and may overlap by one.
    static float[][] adaptiveMean(int in, int out) {
        checkSizes("adaptive_avg_pool", in, out);
        var m = new float[out][in];
        for (int i = 0; i < out; i++) {
            int from = (int) ((long) i * in / out);
            int to = (int) (((long) (i + 1) * in + out - 1) / out);
            for (int j = from; j < to; j++) m[i][j] = 1f / (to - from);
        }
        return m;
    }

    /// Linear interpolation between the two nearest inputs.
    static float[][] linear(int in, int out, boolean alignCorners) {
        checkSizes("upsample_bilinear", in, out);
        var m = new float[out][in];
        for (int i = 0; i < out; i++) {
            double at = alignCorners
                    ? (out == 1 ? 0 : i * (in - 1.0) / (out - 1))
                    : Math.max(0, (i + 0.5) * in / out - 0.5);
            int low = Math.min((int) at, in - 1);
            int high = Math.min(low + 1, in - 1);
            double t = at - low;
            m[i][low] += (float) (1 - t);
            m[i][high] += (float) t;
        }
        return m;
    }

    private static void checkSizes(String op, int in, int out) {
        if (in < 1 || out < 1) throw new ShapeException(op + ": sizes must be positive, got " + in + " -> " + out);
    }
}
