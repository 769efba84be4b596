package dev.lamina.nn;

import static dev.lamina.nn.Known.f;
import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.DType;
import dev.lamina.Gradients;
import dev.lamina.Mode;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalisationTest {
    private static double[] buffer(Layer layer, String name) {
        return layer.parameters().get(name).value().toDoubles();
    }

    /// PyTorch's running statistics after one batch.
    @Test
    void oneTrainingStepMovesTheRunningStatistics() {
        var norm = Known.prepared(() -> new BatchNorm2d(3));
        here(() -> Mode.train(() -> norm.apply(pattern(0.5, 2, 3, 2, 2))));
        assertArrayEquals(
                new double[] {0.01790355179, -0.027030832, 0.03303455581}, buffer(norm, "running_mean"), 1e-9);
        assertArrayEquals(new double[] {0.9553439305, 0.9481064888, 0.941742786}, buffer(norm, "running_var"), 1e-9);
        var fast = Known.prepared(() -> new BatchNorm1d(3).momentum(0.3).eps(1e-3));
        here(() -> Mode.train(() -> fast.apply(pattern(0.5, 4, 3))));
        assertArrayEquals(
                new double[] {0.0366837753, 0.07046466608, 0.07110492336}, buffer(fast, "running_mean"), 1e-9);
        assertArrayEquals(new double[] {0.8679776175, 0.9149910842, 0.9161683914}, buffer(fast, "running_var"), 1e-9);
    }

    @Test
    void evaluationUsesTheRunningStatisticsAndLeavesThem() {
        var norm = Known.prepared(() -> new BatchNorm2d(3));
        norm.parameters().get("running_mean").assign(pattern(2, 3));
        norm.parameters().get("running_var").assign(pattern(3, 3).abs().add(0.5));
        Tensor x = pattern(0.5, 2, 3, 2, 2);
        Layer evaluated = t -> Mode.evaluate(() -> norm.apply(t));
        Known.check(evaluated, x, 4.415693886, 4.9467519);
        var weight = norm.parameters().get("weight");
        var bias = norm.parameters().get("bias");
        Gradients g = here(() -> Tape.gradients(
                () -> evaluated.apply(x).mul(pattern(0.1, 2, 3, 2, 2)).sum(), List.of(weight, bias)));
        assertEquals(7.910651246, g.of(weight).mul(pattern(0.3, 3)).sum().toDoubles()[0], 1e-8);
        assertEquals(1.192595124, g.of(bias).mul(pattern(0.3, 3)).sum().toDoubles()[0], 1e-8);
        assertArrayEquals(pattern(2, 3).toDoubles(), buffer(norm, "running_mean"));
        assertArrayEquals(pattern(3, 3).abs().add(0.5).toDoubles(), buffer(norm, "running_var"));
    }

    @Test
    void runningStatisticsConvergeToThoseOfTheData() {
        var norm = here(() -> new BatchNorm1d(1));
        Tensor x = f(s(4, 1), 2, 4, 4, 6);
        for (int i = 0; i < 200; i++) here(() -> Mode.train(() -> norm.apply(x)));
        assertEquals(4, buffer(norm, "running_mean")[0], 1e-5);
        assertEquals(8 / 3.0, buffer(norm, "running_var")[0], 1e-5);
    }

    /// 1 / rstd^2 - eps cancels where the variance is small against eps; it must not go below 0.
    @Test
    void constantInputHasNoVariance() {
        var norm = here(() -> new BatchNorm1d(1).momentum(1));
        Tensor y = here(() -> Mode.train(() -> norm.apply(f(s(3, 1), 7, 7, 7))));
        assertArrayEquals(new double[3], y.toDoubles());
        assertEquals(0, buffer(norm, "running_var")[0], 1e-9);
    }

    @Test
    void oneValuePerChannelCannotTrain() {
        var norm = here(() -> new BatchNorm2d(2));
        Tensor one = f(s(1, 2, 1, 1), 1, 2);
        String message = assertThrows(ShapeException.class, () -> Mode.train(() -> norm.apply(one)))
                .getMessage();
        assertEquals(
                "batch_norm2d: [1, 2, 1, 1] has 1 value(s) per channel, training needs more than 1; use a larger batch",
                message);
        assertThrows(ShapeException.class, () -> Mode.train(() -> norm.apply(f(s(0, 2, 3, 3)))));
        assertEquals(1, norm.apply(one).toDoubles()[0], 1e-4);
    }

    @Test
    void normsKeepTheTypeOfTheirInput() {
        for (Layer norm : List.of(here(() -> new LayerNorm(2).noAffine()), here(() -> new GroupNorm(1, 2).noAffine())))
            for (DType t : List.of(DType.F32, DType.F64)) {
                Tensor y = here(() -> norm.apply(f(s(1, 2), 1, 3).cast(t)));
                assertEquals(t, y.dtype());
                assertArrayEquals(new double[] {-1, 1}, y.toDoubles(), 1e-4);
            }
    }
}
