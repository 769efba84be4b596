package dev.lamina.train;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.function.DoubleUnaryOperator;

/// The mean of a function of prediction minus target over all elements, which metrics of regression share.
final class Errors {
    private final String name;
    private final DoubleUnaryOperator f;
    private double sum;
    private long count;

    Errors(String name, DoubleUnaryOperator f) {
        this.name = name;
        this.f = f;
    }

    void reset() {
        sum = 0;
        count = 0;
    }

    void add(Tensor predictions, Tensor targets) {
        requireEqualShapes(name, predictions, targets);
        double[] p = predictions.toDoubles();
        double[] t = targets.toDoubles();
        for (int i = 0; i < p.length; i++) sum += f.applyAsDouble(p[i] - t[i]);
        count += p.length;
    }

    double mean() {
        return sum / count;
    }

    static void requireEqualShapes(String name, Tensor predictions, Tensor targets) {
        if (!predictions.shape().equals(targets.shape()))
            throw new ShapeException(name + ": predictions " + predictions.shape() + ", but targets " + targets.shape()
                    + "; reshape one");
    }
}
