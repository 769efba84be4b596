package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Param;

/// Sums, maxima and running sums of `[1024, 1024]`.
public class Reductions extends KernelBenchmark {
    /// What is reduced over which axis.
    public enum Over {
        SUM_ALL(x -> x.sum()),
        SUM_ROWS(x -> x.sum(1)),
        SUM_COLUMNS(x -> x.sum(0)),
        MAX_ROWS(x -> x.max(1)),
        MAX_COLUMNS(x -> x.max(0)),
        ARG_MAX_ROWS(x -> x.argMax(1)),
        CUM_SUM_ROWS(x -> x.cumSum(1));

        private final UnaryOperator<Tensor> f;

        Over(UnaryOperator<Tensor> f) {
            this.f = f;
        }
    }

    @Param
    public Over over;

    @Override
    Task task() {
        Tensor x = Tensor.normal(new Rng(1), 1024, 1024);
        double written = over.f.apply(x).shape().size();
        return new Task(Work.bytes(4 * (x.shape().size() + written)), () -> over.f.apply(x));
    }
}
