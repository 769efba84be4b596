package dev.lamina.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Gradients;
import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Compares layers and losses with numbers that PyTorch 2.13 gave for the same inputs in binary64. Inputs and
/// parameters are a sine of the element's number, and so are the weights with which outputs and gradients are
/// summed up, so that a case is a few numbers. Each gradient is also compared with a finite difference.
final class Known {
    static final Device DEVICE = Reference.device();
    private static final double STEP = 1e-5;

    private Known() {}

    static <T> T here(Supplier<T> body) {
        return DEVICE.with(() -> new Rng(7).with(body));
    }

    static int[] s(int... shape) {
        return shape;
    }

    /// `sin(0.7 * i + phase)` for the i-th element, f64.
    static Tensor pattern(double phase, int... shape) {
        var data = new double[(int) Shape.of(shape).size()];
        for (int i = 0; i < data.length; i++) data[i] = Math.sin(0.7 * i + phase);
        return DEVICE.with(() -> Tensor.of(data, shape));
    }

    /// Tensors and parameters from floats, for tests that state their numbers.
    static Tensor f(int[] shape, double... values) {
        return DEVICE.with(() -> Tensor.of(values, shape).cast(DType.F32));
    }

    static Tensor ints(int[] shape, int... values) {
        return DEVICE.with(() -> Tensor.of(values, shape));
    }

    private static double sum(Tensor x, double phase) {
        return x.mul(pattern(phase, x.shape().dims())).sum().toDoubles()[0];
    }

    /// Gives the layer's trainable parameters in f64 the values that PyTorch was given.
    static <L extends Layer> L prepared(Supplier<L> make) {
        L layer = here(make);
        layer.to(DType.F64);
        double phase = 1;
        for (Parameter p : layer.trainable())
            p.assign(pattern(phase++, p.shape().dims()).mul(0.5));
        return layer;
    }

    /// @param sums of the output, of the gradient of x, and of each parameter's, in order
    static void layer(Supplier<? extends Layer> make, int[] input, int[] output, double... sums) {
        Layer layer = prepared(make);
        Tensor x = pattern(0.5, input);
        assertEquals(
                Shape.of(output), here(() -> Mode.train(() -> layer.apply(x))).shape());
        check(layer, x, sums);
    }

    static void check(Layer layer, Tensor x, double... sums) {
        var of = new ArrayList<>(List.of(x));
        layer.trainable().forEach(p -> of.add(p.value()));
        Gradients g = here(() -> Tape.gradients(() -> loss(layer.apply(x)), of));
        assertEquals(sums.length, of.size() + 1, "parameters");
        close(sums[0], g.loss().toDoubles()[0], "output");
        for (int i = 0; i < of.size(); i++)
            close(sums[i + 1], sum(g.all().get(i), i == 0 ? 0.2 : 0.3), "gradient " + i);
        close(difference(layer, x), slope(g.of(x)), "finite difference in x");
        for (Parameter p : layer.trainable())
            close(difference(layer, x, p), slope(g.of(p)), "finite difference in " + p.shape());
    }

    private static Tensor loss(Tensor y) {
        return y.mul(pattern(0.1, y.shape().dims())).sum();
    }

    private static double slope(Tensor gradient) {
        return sum(gradient, 0.9);
    }

    private static double difference(Layer layer, Tensor x) {
        Tensor step = pattern(0.9, x.shape().dims()).mul(STEP);
        return (value(layer, x.add(step)) - value(layer, x.sub(step))) / (2 * STEP);
    }

    private static double difference(Layer layer, Tensor x, Parameter p) {
        Tensor before = p.value().mul(1);
        Tensor step = pattern(0.9, p.shape().dims()).mul(STEP);
        p.assign(before.add(step));
        double up = value(layer, x);
        p.assign(before.sub(step));
        double down = value(layer, x);
        p.assign(before);
        return (up - down) / (2 * STEP);
    }

    private static double value(Layer layer, Tensor x) {
        return here(() -> Mode.train(() -> loss(layer.apply(x)))).toDoubles()[0];
    }

    static void close(double expected, double got, String what) {
        assertEquals(expected, got, 1e-6 * (1 + Math.abs(expected)), what);
    }
}
