package dev.lamina.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.Gradients;
import dev.lamina.OpListener;
import dev.lamina.Parameter;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Op;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each optimiser against the textbook formula for one number, in double.
class OptimizerFormulaTest {
    private static final double RATE = 0.05;
    private static final double DECAY = 0.1;
    private static final float[] START = {0.5f, -1.25f, 2f, 0.01f, -3f};
    private static final float[][] GRADIENTS = {
        {0.3f, -0.7f, 1.1f, 0.02f, 0f},
        {-0.2f, 0.4f, 0.9f, -0.5f, 2f},
        {0.05f, 1.3f, -2.2f, 0.6f, -1f},
        {0.7f, -0.1f, 0.3f, 1e-3f, 0.5f},
        {-0.9f, 0.2f, 0.1f, 0.3f, 0.25f}
    };

    /// The value of one element after a step; keeps its own state.
    private interface Formula {
        double step(double p, double g, int t);
    }

    private record Case(
            String name, Function<List<ParameterGroup>, Optimizer> optimizer, Function<Void, Formula> formula) {}

    private static List<Case> cases() {
        return List.of(
                new Case("sgd", g -> new Sgd(g, 0, 0, false), _ -> (p, g, t) -> p - RATE * (g + DECAY * p)),
                new Case("momentum", g -> new Sgd(g, 0.9, 0, false), _ -> sgd(0.9, 0, false)),
                new Case("dampening", g -> new Sgd(g, 0.9, 0.3, false), _ -> sgd(0.9, 0.3, false)),
                new Case("nesterov", g -> new Sgd(g, 0.8, 0, true), _ -> sgd(0.8, 0, true)),
                new Case("adam", g -> new Adam(g, 0.8, 0.95, 1e-6), _ -> adam(false)),
                new Case("adamw", g -> new AdamW(g, 0.8, 0.95, 1e-6), _ -> adam(true)),
                new Case("rmsprop", g -> new RmsProp(g, 0.9, 1e-6, 0, false), _ -> rmsProp(0, false)),
                new Case("rmsprop momentum", g -> new RmsProp(g, 0.9, 1e-6, 0.7, false), _ -> rmsProp(0.7, false)),
                new Case("rmsprop centered", g -> new RmsProp(g, 0.9, 1e-6, 0, true), _ -> rmsProp(0, true)),
                new Case("rmsprop both", g -> new RmsProp(g, 0.9, 1e-6, 0.7, true), _ -> rmsProp(0.7, true)),
                new Case("adagrad", g -> new Adagrad(g, 0.2, 0.1, 1e-6), _ -> adagrad()));
    }

    private static Formula sgd(double momentum, double dampening, boolean nesterov) {
        double[] buffer = {0};
        return (p, g, t) -> {
            double d = g + DECAY * p;
            buffer[0] = t == 1 ? d : momentum * buffer[0] + (1 - dampening) * d;
            return p - RATE * (nesterov ? d + momentum * buffer[0] : buffer[0]);
        };
    }

    private static Formula adam(boolean decoupled) {
        double[] moments = {0, 0};
        return (p, g, t) -> {
            double start = decoupled ? p - RATE * DECAY * p : p;
            double d = decoupled ? g : g + DECAY * p;
            moments[0] = 0.8 * moments[0] + 0.2 * d;
            moments[1] = 0.95 * moments[1] + 0.05 * d * d;
            double m = moments[0] / (1 - Math.pow(0.8, t));
            double v = moments[1] / (1 - Math.pow(0.95, t));
            return start - RATE * m / (Math.sqrt(v) + 1e-6);
        };
    }

    private static Formula rmsProp(double momentum, boolean centered) {
        double[] state = {0, 0, 0};
        return (p, g, t) -> {
            double d = g + DECAY * p;
            state[0] = 0.9 * state[0] + 0.1 * d * d;
            state[1] = 0.9 * state[1] + 0.1 * d;
            double variance = centered ? state[0] - state[1] * state[1] : state[0];
            double step = d / (Math.sqrt(variance) + 1e-6);
            state[2] = momentum * state[2] + step;
            return p - RATE * state[2];
        };
    }

    private static Formula adagrad() {
        double[] sum = {0.1};
        return (p, g, t) -> {
            double d = g + DECAY * p;
            sum[0] += d * d;
            return p - RATE / (1 + (t - 1) * 0.2) * d / (Math.sqrt(sum[0]) + 1e-6);
        };
    }

    @TestFactory
    List<DynamicTest> followsItsFormula() {
        return cases().stream()
                .map(c ->
                        DynamicTest.dynamicTest(c.name, () -> Reference.device().with(() -> check(c))))
                .toList();
    }

    private static void check(Case c) {
        Parameter p = Parameter.of(Tensor.of(START));
        var group = ParameterGroup.of(List.of(p), RATE).weightDecay(DECAY);
        Optimizer optimizer = c.optimizer.apply(List.of(group));
        var formulas = new ArrayList<Formula>();
        var expected = new double[START.length];
        for (int i = 0; i < START.length; i++) {
            formulas.add(c.formula.apply(null));
            expected[i] = START[i];
        }
        var kernels = new HashSet<Object>();
        for (int t = 1; t <= GRADIENTS.length; t++) {
            float[] g = GRADIENTS[t - 1];
            Scope.run(() -> step(optimizer, p, g, kernels));
            float[] now = p.value().toFloats();
            for (int i = 0; i < now.length; i++) {
                expected[i] = formulas.get(i).step(expected[i], g[i], t);
                assertEquals(expected[i], now[i], 2e-6 * Math.max(1, Math.abs(expected[i])), c.name + " step " + t);
            }
        }
        assertEquals(1, kernels.size(), "one kernel for all steps");
        assertEquals(GRADIENTS.length, optimizer.steps());
    }

    private static void step(Optimizer optimizer, Parameter p, float[] gradient, HashSet<Object> kernels) {
        Tensor factor = Tensor.of(gradient);
        Gradients g = Tape.gradients(() -> p.value().mul(factor).sum(), List.of(p));
        var ran = new ArrayList<Op>();
        OpListener listener = (op, _, _, _) -> ran.add(op);
        boolean first = optimizer.steps() == 0;
        listener.listenTo(() -> {
            optimizer.step(g);
            return null;
        });
        if (!first) assertEquals(1, ran.size(), () -> "one pass over each parameter, not " + ran);
        kernels.add(((dev.lamina.op.Pointwise) ran.getLast()).f());
    }
}
