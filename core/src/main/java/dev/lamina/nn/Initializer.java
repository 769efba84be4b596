package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;

/// Draws the first value of a parameter, f32 on the current device, from `Rng.current()`: inside
/// `new Rng(1).with(() -> model())` a model is reproducible. Fans are counted for weights `[out, in, ...]`.
@FunctionalInterface
public interface Initializer {
    /// Keeps the variance through a relu: sqrt(2).
    double RELU_GAIN = Math.sqrt(2);
    /// Keeps the variance through a tanh: 5 / 3.
    double TANH_GAIN = 5.0 / 3;
    /// Keeps the variance through a selu: 3 / 4.
    double SELU_GAIN = 0.75;

    /// Which side of a weight its scale is worked out from.
    enum Fan {
        /// Inputs of one output: keeps the variance forwards.
        IN,
        /// Outputs of one input: keeps the variance backwards.
        OUT;

        /// Connections of one unit on this side of a weight `[out, in, ...]`.
        ///
        /// @throws ShapeException if the weight has fewer than two axes
        public long of(Shape weight) {
            if (weight.rank() < 2)
                throw new ShapeException(
                        "initializer: fans need [out, in, ...], got " + weight + "; use uniform or normal");
            return weight.dim(this == IN ? 1 : 0) * weight.size(2, weight.rank());
        }
    }

    Tensor draw(Shape shape);

    /// A trainable parameter with a drawn value.
    default Parameter parameter(int... shape) {
        return Parameter.of(Scope.call(() -> draw(Shape.of(shape))));
    }

    /// The gain of a leaky relu: `sqrt(2 / (1 + slope^2))`.
    static double leakyReluGain(double slope) {
        return Math.sqrt(2 / (1 + slope * slope));
    }

    static Initializer constant(double value) {
        return shape -> Tensor.full(value, DType.F32, shape.dims());
    }

    static Initializer zeros() {
        return constant(0);
    }

    static Initializer ones() {
        return constant(1);
    }

    /// Uniform in [low, high).
    static Initializer uniform(double low, double high) {
        return shape ->
                Tensor.uniform(Rng.current(), shape.dims()).mul(high - low).add(low);
    }

    static Initializer normal(double mean, double std) {
        return shape -> Tensor.normal(Rng.current(), shape.dims()).mul(std).add(mean);
    }

    /// Normal, drawn again while outside two standard deviations.
    static Initializer truncatedNormal(double mean, double std) {
        return shape -> {
            Rng rng = Rng.current();
            var data = new float[Math.toIntExact(shape.size())];
            for (int i = 0; i < data.length; i++) {
                double z = rng.nextGaussian();
                while (Math.abs(z) > 2) z = rng.nextGaussian();
                data[i] = (float) (mean + std * z);
            }
            return Tensor.of(data, shape.dims());
        };
    }

    /// `U(-a, a)` with `a = gain * sqrt(6 / (fanIn + fanOut))`: Glorot and Bengio, "Understanding the
    /// difficulty of training deep feedforward neural networks" (2010).
    static Initializer xavierUniform(double gain) {
        return shape -> symmetric(gain * Math.sqrt(6.0 / fans(shape)), shape);
    }

    static Initializer xavierUniform() {
        return xavierUniform(1);
    }

    /// `N(0, gain^2 * 2 / (fanIn + fanOut))`, of the same paper.
    static Initializer xavierNormal(double gain) {
        return shape -> normal(0, gain * Math.sqrt(2.0 / fans(shape))).draw(shape);
    }

    static Initializer xavierNormal() {
        return xavierNormal(1);
    }

    private static long fans(Shape shape) {
        return Fan.IN.of(shape) + Fan.OUT.of(shape);
    }

    /// `U(-a, a)` with `a = gain * sqrt(3 / fan)`: He, Zhang, Ren and Sun, "Delving deep into rectifiers"
    /// (2015).
    static Initializer kaimingUniform(Fan fan, double gain) {
        return shape -> symmetric(gain * Math.sqrt(3.0 / fan.of(shape)), shape);
    }

    /// For layers before a relu, by fan in.
    static Initializer kaimingUniform() {
        return kaimingUniform(Fan.IN, RELU_GAIN);
    }

    /// `N(0, gain^2 / fan)`, of the same paper.
    static Initializer kaimingNormal(Fan fan, double gain) {
        return shape -> normal(0, gain / Math.sqrt(fan.of(shape))).draw(shape);
    }

    /// For layers before a relu, by fan in.
    static Initializer kaimingNormal() {
        return kaimingNormal(Fan.IN, RELU_GAIN);
    }

    /// Rows or columns, whichever are fewer, of length `gain` and at right angles: Saxe, McClelland and
    /// Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2014).
    /// Axes after the first count as one.
    static Initializer orthogonal(double gain) {
        return shape -> Tensor.of(Orthogonal.matrix(Rng.current(), shape, gain), shape.dims());
    }

    private static Tensor symmetric(double bound, Shape shape) {
        return uniform(-bound, bound).draw(shape);
    }
}
