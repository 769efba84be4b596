package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// Divides `x [..., dim]` by its root mean square over the last axis and multiplies by `weight [dim]`: a layer
/// normalisation without mean and bias. Zhang and Sennrich, "Root mean square layer normalization" (2019).
public final class RmsNorm implements Layer {
    private final Parameter weight;
    private final double eps;

    public RmsNorm(int dim) {
        this(Initializer.ones().parameter(Expect.positive("rms_norm", "dim", dim)), 1e-6);
    }

    private RmsNorm(Parameter weight, double eps) {
        this.weight = weight;
        this.eps = eps;
    }

    /// Added to the mean square, 1e-6 unless set.
    public RmsNorm eps(double eps) {
        return new RmsNorm(weight, Expect.that(eps > 0, "rms_norm", "eps must be positive", eps));
    }

    /// @throws dev.lamina.ShapeException if the last axis of x is not `dim`
    @Override
    public Tensor apply(Tensor x) {
        int dim = weight.shape().dim(0);
        Expect.shape(x.shape().rank() > 0 && x.shape().dim(-1) == dim, "rms_norm", "[..., " + dim + "]", x);
        Expect.type("rms_norm", x, weight);
        Tensor scale = x.square().mean(-1, true).add(eps).rsqrt();
        return x.mul(scale).mul(weight.value());
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return Weights.named(weight, null);
    }
}
