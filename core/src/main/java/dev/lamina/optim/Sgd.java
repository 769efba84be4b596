package dev.lamina.optim;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.nn.Layer;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Stochastic gradient descent with momentum: `g += decay p; b = momentum b + (1 - dampening) g; p -= rate b`,
/// and with Nesterov `p -= rate (g + momentum b)`. The first b is g, undamped. (Sutskever et al., On the
/// importance of initialization and momentum in deep learning, 2013, in the form of PyTorch, where the rate is
/// outside the momentum.)
public final class Sgd extends Optimizer {
    private final double dampening;
    private final Elementwise f;

    public Sgd(Layer model, double learningRate) {
        this(model, learningRate, 0);
    }

    public Sgd(Layer model, double learningRate, double momentum) {
        this(List.of(ParameterGroup.of(model, learningRate)), momentum, 0, false);
    }

    public Sgd(List<ParameterGroup> groups, double momentum, double dampening, boolean nesterov) {
        super("sgd", groups, momentum == 0 ? List.of() : List.of("momentum_buffer"), 0);
        fraction("sgd: momentum", momentum);
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new IllegalArgumentException("sgd: nesterov needs momentum above 0 and dampening 0");
        this.dampening = dampening;
        this.f = f(momentum, nesterov);
    }

    /// Scalars: rate, decay, 1 - dampening.
    private static Elementwise f(double momentum, boolean nesterov) {
        Expr g = in(1).add(in(0).mul(scalar(1)));
        if (momentum == 0) return Elementwise.update("sgd", 2, List.of(in(0).sub(g.mul(scalar(0)))));
        Expr b = in(2).mul(momentum).add(g.mul(scalar(2)));
        Expr direction = nesterov ? g.add(b.mul(momentum)) : b;
        return Elementwise.update("sgd", 3, List.of(in(0).sub(direction.mul(scalar(0))), b));
    }

    @Override
    protected Pointwise update(double learningRate, double weightDecay, long step) {
        return new Pointwise(f, List.of(learningRate, weightDecay, step == 1 ? 1 : 1 - dampening));
    }
}
