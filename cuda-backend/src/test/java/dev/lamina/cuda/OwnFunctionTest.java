package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Parameter;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A user's own elementwise function, which no release has a kernel for: printed, run and differentiated on
/// the device without a compiler.
class OwnFunctionTest {
    private static final float[] POINTS = {-3, -1.5f, -0.25f, 0, 0.5f, 1, 1.75f, 2, 4};

    private static Device device;

    @BeforeAll
    static void open() {
        device = Cudasim.device();
    }

    /// x sin x, whose derivative is sin x + x cos x.
    @Test
    void oneLineWithItsGradient() {
        device.with(() -> {
            Tensor x = Tensor.of(POINTS);
            float[] dx = Tape.gradients(() -> Tensor.map(v -> v.mul(v.sin()), x).sum(), List.of(x))
                    .of(x)
                    .toFloats();
            float[] values = Tensor.map(v -> v.mul(v.sin()), x).toFloats();
            for (int i = 0; i < POINTS.length; i++) {
                double p = POINTS[i];
                assertEquals(p * Math.sin(p), values[i], 1e-6, "at " + p);
                assertEquals(Math.sin(p) + p * Math.cos(p), dx[i], 1e-6, "gradient at " + p);
            }
        });
    }

    /// Of two tensors that broadcast: rows of 3, each by a factor of its own.
    @Test
    void twoTensorsThatBroadcast() {
        device.with(() -> {
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            Tensor factor = Tensor.of(new float[] {10, 100}, 2, 1);
            float[] y = Tensor.map((a, b) -> a.mul(b).sub(1), x, factor).toFloats();
            assertArrayEquals(new float[] {9, 19, 29, 399, 499, 599}, y);
        });
    }

    /// A rule of one's own for a parameter: the value and its average are replaced where they lie.
    @Test
    void anUpdateInPlace() {
        Expr p = Expr.in(0);
        Expr average = Expr.in(1).mul(0.5).add(Expr.in(2).mul(0.5));
        var rule = Elementwise.update("own_rule", 3, List.of(p.sub(average.mul(Expr.scalar(0))), average));
        device.with(() -> {
            int n = 1027;
            var gradient = new float[n];
            for (int i = 0; i < n; i++) gradient[i] = i;
            var value = Parameter.of(Tensor.full(1, DType.F32, n));
            var mean = Parameter.buffer(Tensor.full(2, DType.F32, n));
            Tensor g = Tensor.of(gradient);
            for (int step = 0; step < 2; step++)
                Parameter.update(
                        new Pointwise(rule, List.of(0.25)),
                        List.of(value.value(), mean.value(), g),
                        List.of(value, mean));
            float[] values = value.value().toFloats();
            float[] means = mean.value().toFloats();
            for (int i = 0; i < n; i++) {
                float first = 1 + 0.5f * i;
                float second = 0.5f * first + 0.5f * i;
                assertEquals(second, means[i]);
                assertEquals(1 - 0.25f * first - 0.25f * second, values[i], "element " + i);
            }
        });
    }
}
