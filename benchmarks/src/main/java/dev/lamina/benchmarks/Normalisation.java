package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;

/// Batch, layer and group normalisation as layers use them, without weight and bias, and their adjoints.
public class Normalisation extends KernelBenchmark {
    /// Which axes are normalised together.
    public enum Axes implements Case {
        BATCH_NORM(new int[] {32, 64, 32, 32}, false, 0, 2, 3),
        BATCH_NORM_GRADIENT(new int[] {32, 64, 32, 32}, true, 0, 2, 3),
        LAYER_NORM(new int[] {1024, 1024}, false, 1),
        LAYER_NORM_GRADIENT(new int[] {1024, 1024}, true, 1),
        GROUP_NORM(new int[] {32, 8, 8, 32, 32}, false, 2, 3, 4);

        private static final double EPS = 1e-5;

        private final int[] shape;
        private final boolean gradient;
        private final List<Integer> axes;

        Axes(int[] shape, boolean gradient, int... axes) {
            this.shape = shape;
            this.gradient = gradient;
            this.axes = IntStream.of(axes).boxed().toList();
        }

        @Override
        public Task task() {
            Tensor x = Tensor.normal(new Rng(1), shape);
            double bytes = 4.0 * x.shape().size();
            if (!gradient)
                return new Task(Work.bytes(2 * bytes), () -> Tensor.apply(new Normalize(axes, EPS), List.of(x)));
            Tensor dy = Tensor.normal(new Rng(2), shape);
            List<Tensor> normal = Tensor.apply(new Normalize(axes, EPS), List.of(x));
            var op = new NormalizeGradient(axes);
            return new Task(Work.bytes(3 * bytes), () -> op.on(normal.get(0), normal.get(2), dy));
        }

        @Override
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace("_gradient", " gradient") + " " + Arrays.toString(shape);
        }
    }

    @Param
    public Axes shape;

    @Override
    Task task() {
        return shape.task();
    }
}
