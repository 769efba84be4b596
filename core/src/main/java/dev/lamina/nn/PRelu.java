package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;

/// x where positive, else `weight * x`, with a learned slope for all elements or for each channel of `x [n, c,
/// ...]`: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015). Slopes begin at 0.25.
public record PRelu(Parameter weight) implements Layer {
    /// One slope for all.
    public PRelu() {
        this(1);
    }

    /// One slope for each of `channels`.
    public PRelu(int channels) {
        this(Initializer.constant(0.25).parameter(Expect.positive("prelu", "channels", channels)));
    }

    @Override
    public Tensor apply(Tensor x) {
        int channels = weight.shape().dim(0);
        Expect.type("prelu", x, weight);
        if (channels == 1) return x.prelu(weight.value());
        Expect.shape(x.shape().rank() > 1 && x.shape().dim(1) == channels, "prelu", "[n, " + channels + ", ...]", x);
        return x.prelu(Scale.alongChannels(weight.value(), x.shape().rank()));
    }
}
