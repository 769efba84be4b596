package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.LogSoftmax;
import dev.lamina.op.Op;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Softmax and its logarithm over the last axis.
public class Softmax extends KernelBenchmark {
    /// Of classes in a batch.
    public enum Rows implements Case {
        SOFTMAX_10(64, 10, false, false),
        SOFTMAX_1000(128, 1000, false, false),
        SOFTMAX_1024(1024, 1024, false, false),
        LOG_SOFTMAX_1024(1024, 1024, true, false),
        SOFTMAX_1024_GRADIENT(1024, 1024, false, true);

        private final int rows;
        private final int classes;
        private final boolean log;
        private final boolean gradient;

        Rows(int rows, int classes, boolean log, boolean gradient) {
            this.rows = rows;
            this.classes = classes;
            this.log = log;
            this.gradient = gradient;
        }

        @Override
        public Task task() {
            Tensor x = Tensor.normal(new Rng(1), rows, classes);
            double bytes = 4.0 * rows * classes;
            Op op = log ? new LogSoftmax(1) : new dev.lamina.op.Softmax(1);
            if (!gradient) return new Task(Work.bytes(2 * bytes), () -> op.on(x));
            Tensor y = op.on(x);
            Tensor dy = Tensor.normal(new Rng(2), rows, classes);
            var dx = op.gradient(List.of(x), List.of(y), List.of(dy)).getFirst();
            return new Task(Work.bytes(3 * bytes), dx::get);
        }

        @Override
        public String title() {
            return (log ? "log_softmax " : "softmax ") + List.of(rows, classes) + (gradient ? " gradient" : "");
        }
    }

    @Param
    public Rows shape;

    @Override
    Task task() {
        return shape.task();
    }
}
