package dev.lamina.optim;

import dev.lamina.Gradients;
import dev.lamina.Scope;
import dev.lamina.Tensor;

/// Bounds gradients before a step. Nothing is read on the host, so a device that runs ahead is not waited for.
@FunctionalInterface
public interface Clip {
    Gradients apply(Gradients gradients);

    /// Leaves gradients as they are.
    static Clip none() {
        return g -> g;
    }

    /// Clamps every element to `-limit..limit`.
    static Clip byValue(double limit) {
        positive("value", limit);
        return g -> g.map(x -> x.clamp(-limit, limit));
    }

    /// Scales all gradients by `min(1, max / (norm + 1e-6))`, where norm is that of all of them together.
    /// (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013.)
    static Clip byNorm(double max) {
        positive("norm", max);
        return g -> Scope.call(() -> {
            Tensor scale = norm(g).add(1e-6).rdiv(max).minimum(1);
            return g.map(x -> x.mul(scale));
        });
    }

    /// The 2-norm of all gradients together, one element.
    static Tensor norm(Gradients gradients) {
        return Scope.call(() -> gradients.all().stream()
                .map(g -> g.square().sum())
                .reduce(Tensor::add)
                .orElseThrow(() -> new IllegalArgumentException("clip: there are no gradients"))
                .sqrt());
    }

    private static void positive(String what, double limit) {
        if (!(limit > 0)) throw new IllegalArgumentException("clip: " + what + " must be positive, got " + limit);
    }
}
