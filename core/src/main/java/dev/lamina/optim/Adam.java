package dev.lamina.optim;

import dev.lamina.nn.Layer;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Adam; weight decay is added to the gradient: `g += decay p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// p -= rate m' / (sqrt(v') + eps)` with `m' = m / (1 - b1^t)` and `v' = v / (1 - b2^t)`. (Kingma and Ba, Adam:
/// a method for stochastic optimization, 2015.)
public final class Adam extends Optimizer {
    private final Moments moments;
    private final Elementwise f;

    /// With b1 = 0.9, b2 = 0.999, eps = 1e-8.
    public Adam(Layer model, double learningRate) {
        this(List.of(ParameterGroup.of(model, learningRate)), 0.9, 0.999, 1e-8);
    }

    public Adam(List<ParameterGroup> groups, double beta1, double beta2, double eps) {
        super("adam", groups, Moments.SLOTS, 0);
        this.moments = new Moments("adam", beta1, beta2, eps);
        this.f = moments.update(false);
    }

    @Override
    protected Pointwise update(double learningRate, double weightDecay, long step) {
        return new Pointwise(f, moments.scalars(learningRate, weightDecay, step));
    }
}
