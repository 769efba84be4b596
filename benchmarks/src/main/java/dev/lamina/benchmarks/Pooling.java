package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Op;
import dev.lamina.op.Window;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Pooling of images and its adjoints.
public class Pooling extends KernelBenchmark {
    /// Which windows, over which images.
    public enum Kind {
        MAX_2(new MaxPool2d(Window.of(2, 2, 0)), 64, 64, 24, 24),
        MAX_3_STRIDE_2(new MaxPool2d(Window.of(3, 2, 1)), 8, 64, 112, 112),
        AVERAGE_2(new AvgPool2d(Window.of(2, 2, 0), true), 64, 64, 24, 24),
        AVERAGE_ALL(new AvgPool2d(Window.of(7, 1, 0), true), 32, 512, 7, 7);

        private final Op op;
        private final int[] shape;

        Kind(Op op, int... shape) {
            this.op = op;
            this.shape = shape;
        }
    }

    @Param
    public Kind kind;

    @Param({"false", "true"})
    public boolean gradient;

    @Override
    Task task() {
        Tensor x = Tensor.normal(new Rng(1), kind.shape);
        List<Tensor> y = Tensor.apply(kind.op, List.of(x));
        Tensor dy = Tensor.onesLike(y.getFirst());
        long indices = y.size() - 1; // of the largest elements
        var work = Work.bytes(4.0 * (x.shape().size() + dy.shape().size() * (1 + indices)));
        if (!gradient) return new Task(work, () -> Tensor.apply(kind.op, List.of(x)));
        var dOut = y.size() == 1 ? List.of(dy) : Arrays.asList(dy, null);
        var dx = kind.op.gradient(List.of(x), y, dOut).getFirst();
        return new Task(work, dx::get);
    }
}
