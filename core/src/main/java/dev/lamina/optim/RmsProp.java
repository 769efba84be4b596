package dev.lamina.optim;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.nn.Layer;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.ArrayList;
import java.util.List;

/// RMSprop: `g += decay p; v = a v + (1 - a) g^2; p -= rate g / (sqrt(v) + eps)`. Centered, `sqrt(v - m^2)`
/// stands for `sqrt(v)`, with m the running mean of g; with momentum, `b = momentum b + g / (...)` and `p -=
/// rate b`. (Tieleman and Hinton, Lecture 6.5, 2012; centered: Graves, Generating sequences with recurrent
/// neural networks, 2013.)
public final class RmsProp extends Optimizer {
    private final Elementwise f;

    /// With a = 0.99, eps = 1e-8, without momentum, not centered.
    public RmsProp(Layer model, double learningRate) {
        this(List.of(ParameterGroup.of(model, learningRate)), 0.99, 1e-8, 0, false);
    }

    public RmsProp(List<ParameterGroup> groups, double alpha, double eps, double momentum, boolean centered) {
        super("rmsprop", groups, slots(momentum, centered), 0);
        fraction("rmsprop: alpha", alpha);
        fraction("rmsprop: momentum", momentum);
        notNegative("rmsprop: eps", eps);
        this.f = f(alpha, eps, momentum, centered);
    }

    private static List<String> slots(double momentum, boolean centered) {
        var slots = new ArrayList<>(List.of("square_avg"));
        if (centered) slots.add("grad_avg");
        if (momentum != 0) slots.add("momentum_buffer");
        return slots;
    }

    /// Scalars: rate, decay.
    private static Elementwise f(double alpha, double eps, double momentum, boolean centered) {
        Expr g = in(1).add(in(0).mul(scalar(1)));
        var out = new ArrayList<Expr>();
        Expr variance = in(2).mul(alpha).add(g.mul(g).mul(1 - alpha));
        out.add(variance);
        if (centered) {
            Expr mean = in(3).mul(alpha).add(g.mul(1 - alpha));
            out.add(mean);
            variance = variance.sub(mean.mul(mean)).max(0); // rounding can make it negative
        }
        Expr direction = g.div(variance.sqrt().add(eps));
        if (momentum != 0) {
            direction = in(2 + out.size()).mul(momentum).add(direction);
            out.add(direction);
        }
        out.addFirst(in(0).sub(direction.mul(scalar(0))));
        return Elementwise.update("rmsprop", 1 + out.size(), out);
    }

    @Override
    protected Pointwise update(double learningRate, double weightDecay, long step) {
        return new Pointwise(f, List.of(learningRate, weightDecay));
    }
}
