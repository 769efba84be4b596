package dev.lamina.train;

import dev.lamina.Tensor;

/// `sqrt(mean((prediction - target)^2))` over all elements; shapes must be equal.
public final class RootMeanSquaredError implements Metric {
    private final Errors errors = new Errors("rmse", e -> e * e);

    @Override
    public String name() {
        return "rmse";
    }

    @Override
    public void reset() {
        errors.reset();
    }

    @Override
    public void add(Tensor predictions, Tensor targets) {
        errors.add(predictions, targets);
    }

    @Override
    public double value() {
        return Math.sqrt(errors.mean());
    }
}
