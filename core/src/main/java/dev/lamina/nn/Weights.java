package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Kernel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The weight and the bias of a linear map, drawn as PyTorch does by default: both uniform within
/// +-1 / sqrt(fan in), which is the Kaiming bound for a leaky relu of slope sqrt(5).
///
/// @param bias null for none
record Weights(Initializer init, Parameter weight, Parameter bias) {
    private static final Initializer DEFAULT =
            Initializer.kaimingUniform(Initializer.Fan.IN, Initializer.leakyReluGain(Math.sqrt(5)));

    /// @param weight its shape, `[out, in, ...]`
    static Weights draw(int biases, int... weight) {
        return draw(DEFAULT, biases, weight);
    }

    private static Weights draw(Initializer init, int biases, int... weight) {
        Parameter w = init.parameter(weight);
        double bound = 1 / Math.sqrt(Initializer.Fan.IN.of(w.shape()));
        return new Weights(
                init, w, biases == 0 ? null : Initializer.uniform(-bound, bound).parameter(biases));
    }

    /// Weights of another shape, drawn in the same way.
    Weights resized(int... shape) {
        return Arrays.equals(shape, weight.shape().dims())
                ? this
                : draw(init, bias == null ? 0 : (int) bias.shape().size(), shape);
    }

    Weights init(Initializer other) {
        return new Weights(other, other.parameter(weight.shape().dims()), bias);
    }

    Weights noBias() {
        return new Weights(init, weight, null);
    }

    /// The activation of the linear op plus the bias, along axis 1 of its output.
    Tensor affine(Kernel linear, Tensor x, Optional<Elementwise> activation) {
        Tensor w = weight.value();
        if (bias != null)
            return new Affine(linear, activation).on(x, w, bias(weight.shape().rank() - 1));
        Tensor y = linear.on(x, w);
        return activation.map(f -> Tensor.map(f, y)).orElse(y);
    }

    /// Adds the bias along `axis` of y.
    Tensor addBias(Tensor y, int axis) {
        if (bias == null) return y;
        return y.add(bias(y.shape().rank() - axis));
    }

    /// `[out, 1, 1, ...]` with `axes` axes.
    private Tensor bias(int axes) {
        if (axes == 1) return bias.value();
        int[] d = new int[axes];
        Arrays.fill(d, 1);
        d[0] = bias.shape().dim(0);
        return bias.value().reshape(Shape.of(d));
    }

    SequencedMap<String, Parameter> named() {
        return named(weight, bias);
    }

    /// `weight` and `bias`, without those that are null.
    static SequencedMap<String, Parameter> named(Parameter weight, Parameter bias) {
        var names = new LinkedHashMap<String, Parameter>();
        if (weight != null) names.put("weight", weight);
        if (bias != null) names.put("bias", bias);
        return names;
    }
}
