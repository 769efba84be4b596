package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.ShapeException;
import java.util.function.UnaryOperator;

/// Functions of the values of a sample, for `Dataset.mapInputs` and `mapTargets`.
public final class Transforms {
    private Transforms() {}

    /// `x * factor` as f32; 1 / 255 brings pixels to 0..1.
    public static UnaryOperator<Values> scale(double factor) {
        return v -> {
            float[] x = v.floats();
            var out = new float[x.length];
            for (int i = 0; i < out.length; i++) out[i] = (float) (x[i] * factor);
            return Values.of(out, v.shape().dims());
        };
    }

    /// `(x - mean[c]) / std[c]` for each index c of the first axis, such as the channels of [c, h, w].
    public static UnaryOperator<Values> normalize(float[] mean, float[] std) {
        if (mean.length != std.length)
            throw new ShapeException("normalize: " + mean.length + " means, but " + std.length + " deviations");
        return v -> {
            if (v.shape().rank() == 0 || v.shape().dim(0) != mean.length)
                throw new ShapeException("normalize: " + mean.length + " means for values " + v.shape()
                        + "; the first axis must be that of channels");
            float[] x = v.floats();
            int n = x.length / mean.length;
            var out = new float[x.length];
            for (int i = 0; i < out.length; i++) out[i] = (x[i] - mean[i / n]) / std[i / n];
            return Values.of(out, v.shape().dims());
        };
    }

    /// A label as a vector [classes] that is 1 there and 0 elsewhere.
    ///
    /// @throws DataException if a label is outside 0..classes-1
    public static UnaryOperator<Values> oneHot(int classes) {
        return v -> {
            var out = new float[classes];
            out[checkLabel("one_hot", v.label(), classes)] = 1;
            return Values.of(out, classes);
        };
    }

    /// The same labels, checked before training begins to use them.
    ///
    /// @throws DataException if a label is outside 0..classes-1
    public static UnaryOperator<Values> labels(int classes) {
        return v -> {
            for (int label : v.ints()) checkLabel("labels", label, classes);
            return v;
        };
    }

    private static int checkLabel(String op, int label, int classes) {
        if (label < 0 || label >= classes)
            throw new DataException(op + ": label " + label + " is outside 0.." + (classes - 1));
        return label;
    }

    /// All elements as one vector.
    public static Values flatten(Values v) {
        return v.reshape(v.size());
    }
}
