package dev.lamina.optim;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.nn.Layer;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Adagrad: `g += decay p; s += g^2; p -= rate / (1 + (t - 1) rateDecay) g / (sqrt(s) + eps)`. (Duchi, Hazan
/// and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011.)
public final class Adagrad extends Optimizer {
    private final double rateDecay;
    private final Elementwise f;

    /// With eps = 1e-10, no rate decay, and sums that begin at 0.
    public Adagrad(Layer model, double learningRate) {
        this(List.of(ParameterGroup.of(model, learningRate)), 0, 0, 1e-10);
    }

    public Adagrad(List<ParameterGroup> groups, double rateDecay, double initialAccumulator, double eps) {
        super("adagrad", groups, List.of("sum"), notNegative("adagrad: initial accumulator", initialAccumulator));
        this.rateDecay = notNegative("adagrad: rate decay", rateDecay);
        Expr g = in(1).add(in(0).mul(scalar(1)));
        Expr sum = in(2).add(g.mul(g));
        Expr p = in(0).sub(
                        g.div(sum.sqrt().add(notNegative("adagrad: eps", eps))).mul(scalar(0)));
        this.f = Elementwise.update("adagrad", 3, List.of(p, sum));
    }

    @Override
    protected Pointwise update(double learningRate, double weightDecay, long step) {
        return new Pointwise(f, List.of(learningRate / (1 + (step - 1) * rateDecay), weightDecay));
    }
}
