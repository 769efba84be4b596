package dev.lamina.train;

import dev.lamina.Tensor;

/// `mean(|prediction - target|)` over all elements; shapes must be equal.
public final class MeanAbsoluteError implements Metric {
    private final Errors errors = new Errors("mae", Math::abs);

    @Override
    public String name() {
        return "mae";
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
        return errors.mean();
    }
}
