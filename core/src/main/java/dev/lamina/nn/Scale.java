package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.Functions;
import java.util.SequencedMap;

/// The learned scale and shift of a normalisation; both null for none.
record Scale(Parameter weight, Parameter bias) {
    static final Scale NONE = new Scale(null, null);

    /// Scale 1 and shift 0.
    static Scale identity(int... shape) {
        return new Scale(
                Initializer.ones().parameter(shape), Initializer.zeros().parameter(shape));
    }

    boolean none() {
        return weight == null;
    }

    /// `x * weight + bias`, both along the last axes.
    Tensor alongLast(Tensor x) {
        return none() ? x : Tensor.map(Functions.MUL_ADD, x, weight.value(), bias.value());
    }

    /// `x * weight + bias`, both along axis 1.
    Tensor alongChannels(Tensor x) {
        int rank = x.shape().rank();
        return none()
                ? x
                : Tensor.map(
                        Functions.MUL_ADD, x, alongChannels(weight.value(), rank), alongChannels(bias.value(), rank));
    }

    /// `v [c]` as `[c, 1, ...]`, so that it broadcasts along axis 1 of a tensor of this rank.
    static Tensor alongChannels(Tensor v, int rank) {
        return v.reshape(BatchNorm.alongChannels(v.shape().dim(0), rank));
    }

    SequencedMap<String, Parameter> named() {
        return Weights.named(weight, bias);
    }
}
