package dev.lamina.optim;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import java.util.List;

/// The first and second moments of Adam with their bias correction, which `Adam` and `AdamW` share.
record Moments(String name, double beta1, double beta2, double eps) {
    static final List<String> SLOTS = List.of("exp_avg", "exp_avg_sq");

    Moments {
        Optimizer.fraction(name + ": beta1", beta1);
        Optimizer.fraction(name + ": beta2", beta2);
        Optimizer.notNegative(name + ": eps", eps);
    }

    /// Scalars: rate / (1 - b1^t), 1 / sqrt(1 - b2^t), and decay, which for the decoupled form includes the
    /// rate.
    Elementwise update(boolean decoupled) {
        Expr decay = in(0).mul(scalar(2));
        Expr p = decoupled ? in(0).sub(decay) : in(0);
        Expr g = decoupled ? in(1) : in(1).add(decay);
        Expr m = in(2).mul(beta1).add(g.mul(1 - beta1));
        Expr v = in(3).mul(beta2).add(g.mul(g).mul(1 - beta2));
        Expr root = v.sqrt().mul(scalar(1)).add(eps);
        return Elementwise.update(name, 4, List.of(p.sub(m.div(root).mul(scalar(0))), m, v));
    }

    List<Double> scalars(double learningRate, double decay, long step) {
        return List.of(learningRate / (1 - Math.pow(beta1, step)), 1 / Math.sqrt(1 - Math.pow(beta2, step)), decay);
    }
}
