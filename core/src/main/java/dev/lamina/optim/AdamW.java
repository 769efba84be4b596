package dev.lamina.optim;

import dev.lamina.nn.Layer;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Adam with decoupled weight decay: `p -= rate decay p`, then the step of `Adam` without decay. (Loshchilov
/// and Hutter, Decoupled weight decay regularization, 2019.)
public final class AdamW extends Optimizer {
    private final Moments moments;
    private final Elementwise f;

    /// With b1 = 0.9, b2 = 0.999, eps = 1e-8.
    public AdamW(Layer model, double learningRate, double weightDecay) {
        this(List.of(ParameterGroup.of(model, learningRate).weightDecay(weightDecay)), 0.9, 0.999, 1e-8);
    }

    public AdamW(List<ParameterGroup> groups, double beta1, double beta2, double eps) {
        super("adamw", groups, Moments.SLOTS, 0);
        this.moments = new Moments("adamw", beta1, beta2, eps);
        this.f = moments.update(true);
    }

    @Override
    protected Pointwise update(double learningRate, double weightDecay, long step) {
        return new Pointwise(f, moments.scalars(learningRate, learningRate * weightDecay, step));
    }
}
