package dev.lamina.nn;

import static dev.lamina.nn.Known.close;
import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.pattern;

import dev.lamina.Gradients;
import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Compares the gradients of a layer with a finite difference in its input and in each parameter, in f64.
final class Slopes {
    private static final double STEP = 1e-5;

    private Slopes() {}

    static void check(Layer layer, UnaryOperator<Tensor> f, Tensor x) {
        var of = new ArrayList<>(List.of(x));
        layer.trainable().forEach(p -> of.add(p.value()));
        Gradients g = here(() -> Tape.gradients(() -> loss(f.apply(x)), of));
        Tensor step = pattern(0.9, x.shape().dims()).mul(STEP);
        double dx = (value(f, x.add(step)) - value(f, x.sub(step))) / (2 * STEP);
        close(dx, slope(g.of(x)), "finite difference in x");
        layer.parameters().forEach((name, p) -> {
            if (p.trainable()) close(difference(f, x, p), slope(g.of(p)), "finite difference in " + name);
        });
    }

    private static double difference(UnaryOperator<Tensor> f, Tensor x, Parameter p) {
        Tensor before = p.value().mul(1);
        Tensor step = pattern(0.9, p.shape().dims()).mul(STEP);
        p.assign(before.add(step));
        double up = value(f, x);
        p.assign(before.sub(step));
        double down = value(f, x);
        p.assign(before);
        return (up - down) / (2 * STEP);
    }

    private static double value(UnaryOperator<Tensor> f, Tensor x) {
        return here(() -> Mode.train(() -> loss(f.apply(x)))).toDoubles()[0];
    }

    static Tensor loss(Tensor y) {
        return y.mul(pattern(0.1, y.shape().dims())).sum();
    }

    private static double slope(Tensor gradient) {
        return gradient.mul(pattern(0.9, gradient.shape().dims())).sum().toDoubles()[0];
    }
}
