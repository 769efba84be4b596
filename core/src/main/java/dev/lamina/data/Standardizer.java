package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.ShapeException;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/// Brings each feature to mean 0 and deviation 1: `(x - mean) / std` with one mean and deviation per element of
/// a sample. Fit it on training data only and apply it to all. A constant feature becomes 0.
public final class Standardizer implements UnaryOperator<Values> {
    private final float[] mean;
    private final float[] std;

    public Standardizer(float[] mean, float[] std) {
        if (mean.length != std.length)
            throw new ShapeException("standardizer: " + mean.length + " means, but " + std.length + " deviations");
        this.mean = mean.clone();
        this.std = std.clone();
    }

    /// Means and deviations (divided by n) of the inputs of `data`, in one pass. (Welford, Technometrics 4,
    /// 1962.)
    public static Standardizer fit(Dataset data) {
        return fit(data, UnaryOperator.identity());
    }

    /// Those of the targets, for regression.
    public static Standardizer fitTargets(Dataset data) {
        return fit(data, s -> s.input(s.target()));
    }

    private static Standardizer fit(Dataset data, UnaryOperator<Sample> view) {
        if (data.size() == 0) throw new DataException("standardizer: the dataset is empty");
        double[] mean = null;
        double[] squares = null;
        for (int i = 0; i < data.size(); i++) {
            float[] x = view.apply(data.get(i)).input().floats();
            if (mean == null) {
                mean = new double[x.length];
                squares = new double[x.length];
            }
            if (x.length != mean.length)
                throw new DataException(
                        "standardizer: sample " + i + " has " + x.length + " features, sample 0 " + mean.length);
            for (int f = 0; f < x.length; f++) {
                double d = x[f] - mean[f];
                mean[f] += d / (i + 1);
                squares[f] += d * (x[f] - mean[f]);
            }
        }
        return of(mean, squares, data.size());
    }

    private static Standardizer of(double[] mean, double[] squares, int n) {
        var m = new float[mean.length];
        var s = new float[mean.length];
        for (int f = 0; f < m.length; f++) {
            m[f] = (float) mean[f];
            s[f] = (float) Math.sqrt(squares[f] / n);
        }
        return new Standardizer(m, s);
    }

    public float[] mean() {
        return mean.clone();
    }

    public float[] std() {
        return std.clone();
    }

    @Override
    public Values apply(Values v) {
        float[] x = v.floats();
        check(x);
        var out = new float[x.length];
        for (int f = 0; f < x.length; f++) out[f] = (x[f] - mean[f]) / divisor(f);
        return Values.of(out, v.shape().dims());
    }

    /// The original units of standardised values.
    public Values invert(Values v) {
        float[] x = v.floats();
        check(x);
        var out = new float[x.length];
        for (int f = 0; f < x.length; f++) out[f] = x[f] * divisor(f) + mean[f];
        return Values.of(out, v.shape().dims());
    }

    private float divisor(int f) {
        return std[f] > 0 ? std[f] : 1;
    }

    private void check(float[] x) {
        if (x.length != mean.length)
            throw new ShapeException("standardizer: fitted on " + mean.length + " features, got " + x.length);
    }

    @Override
    public String toString() {
        return "Standardizer mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std);
    }
}
