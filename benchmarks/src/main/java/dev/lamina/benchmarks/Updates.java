package dev.lamina.benchmarks;

import dev.lamina.Gradients;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Sgd;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Param;

/// Optimisers' updates of one parameter in place.
public class Updates extends KernelBenchmark {
    /// A parameter and nothing else.
    record Weights(Parameter weight) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            return x;
        }
    }

    /// With the tensors that a step reads and writes.
    public enum Rule implements Case {
        SGD(3, w -> new Sgd(w, 0.01)),
        SGD_MOMENTUM(5, w -> new Sgd(w, 0.01, 0.9)),
        ADAM(7, w -> new Adam(w, 0.001));

        private static final int SIZE = 1 << 20;

        private final int tensors;
        private final Function<Layer, Optimizer> make;

        Rule(int tensors, Function<Layer, Optimizer> make) {
            this.tensors = tensors;
            this.make = make;
        }

        @Override
        public Task task() {
            var weight = Parameter.of(Tensor.normal(new Rng(1), SIZE));
            Tensor gradient = Tensor.normal(new Rng(2), SIZE);
            var optimizer = make.apply(new Weights(weight));
            return new Task(
                    Work.bytes(4.0 * SIZE * tensors),
                    () -> optimizer.step(new Gradients(gradient, List.of(gradient), Map.of(weight.value(), gradient))));
        }

        @Override
        public String title() {
            return name().toLowerCase(Locale.ROOT) + " [" + SIZE + "]";
        }
    }

    @Param
    public Rule rule;

    @Override
    Task task() {
        return rule.task();
    }
}
