package dev.lamina.nn;

import dev.lamina.Tensor;
import dev.lamina.op.Functions;

/// Activation functions as layers; what each computes stands beside the op in `dev.lamina.op.Functions`.
/// `PRelu`, which has a parameter, is a class of its own.
public final class Activations {
    private Activations() {}

    public static Layer relu() {
        return new Activation(Functions.RELU);
    }

    public static Layer relu6() {
        return new Lambda("relu6", Tensor::relu6);
    }

    /// Slope 0.01 below zero.
    public static Layer leakyRelu() {
        return leakyRelu(0.01);
    }

    public static Layer leakyRelu(double slope) {
        return new Lambda("leaky_relu", x -> x.leakyRelu(slope));
    }

    public static Layer elu() {
        return elu(1);
    }

    public static Layer elu(double alpha) {
        return new Lambda("elu", x -> x.elu(alpha));
    }

    public static Layer celu() {
        return celu(1);
    }

    public static Layer celu(double alpha) {
        return new Lambda("celu", x -> x.celu(alpha));
    }

    public static Layer selu() {
        return new Lambda("selu", Tensor::selu);
    }

    /// By the error function.
    public static Layer gelu() {
        return new Lambda("gelu", Tensor::gelu);
    }

    /// The tanh approximation of `gelu`.
    public static Layer geluTanh() {
        return new Lambda("gelu_tanh", Tensor::geluTanh);
    }

    /// `x * sigmoid(x)`, also called swish.
    public static Layer silu() {
        return new Lambda("silu", Tensor::silu);
    }

    public static Layer mish() {
        return new Lambda("mish", Tensor::mish);
    }

    public static Layer sigmoid() {
        return new Activation(Functions.SIGMOID);
    }

    public static Layer hardSigmoid() {
        return new Lambda("hard_sigmoid", Tensor::hardSigmoid);
    }

    public static Layer hardSwish() {
        return new Lambda("hard_swish", Tensor::hardSwish);
    }

    public static Layer tanh() {
        return new Activation(Functions.TANH);
    }

    public static Layer softplus() {
        return new Lambda("softplus", Tensor::softplus);
    }

    public static Layer softsign() {
        return new Lambda("softsign", Tensor::softsign);
    }

    /// Over the last axis. Losses take logits: use this for output only.
    public static Layer softmax() {
        return softmax(-1);
    }

    public static Layer softmax(int axis) {
        return new Lambda("softmax", x -> x.softmax(axis));
    }

    /// Over the last axis.
    public static Layer logSoftmax() {
        return logSoftmax(-1);
    }

    public static Layer logSoftmax(int axis) {
        return new Lambda("log_softmax", x -> x.logSoftmax(axis));
    }
}
