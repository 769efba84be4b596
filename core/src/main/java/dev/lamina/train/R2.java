package dev.lamina.train;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;

/// The coefficient of determination `1 - sum((t - p)^2) / sum((t - mean(t))^2)`, the mean over the outputs of a
/// sample: 1 is perfect, 0 is as good as the mean. Shapes must be equal.
public final class R2 implements Metric {
    private double[] residual = {};
    private double[] mean = {};
    private double[] total = {};
    private long samples;

    @Override
    public String name() {
        return "r2";
    }

    @Override
    public void reset() {
        residual = new double[0];
        samples = 0;
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        Errors.requireEqualShapes("r2", predictions, targets);
        double[] p = predictions.toDoubles();
        double[] t = targets.toDoubles();
        int n = predictions.shape().dim(0);
        int outputs = n == 0 ? 0 : p.length / n;
        if (samples == 0) {
            residual = new double[outputs];
            mean = new double[outputs];
            total = new double[outputs];
        }
        if (outputs != residual.length)
            throw new ShapeException(
                    "r2: a batch has " + outputs + " outputs per sample, those before had " + residual.length);
        for (int i = 0; i < p.length; i++) add(i % outputs, p[i], t[i], samples + i / outputs + 1);
        samples += n;
    }

    /// Welford's update of the mean and the squared deviations.
    private void add(int o, double p, double t, long count) {
        residual[o] += (t - p) * (t - p);
        double d = t - mean[o];
        mean[o] += d / count;
        total[o] += d * (t - mean[o]);
    }

    @Override
    public double value() {
        double sum = 0;
        for (int o = 0; o < residual.length; o++) sum += 1 - residual[o] / total[o];
        return sum / residual.length;
    }
}
