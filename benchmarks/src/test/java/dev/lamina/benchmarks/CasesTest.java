package dev.lamina.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.op.Conv2d;
import dev.lamina.op.MatMul;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CasesTest {
    private static final Device CPU = Device.require("cpu");

    private static Spec spec(int... shape) {
        return new Spec(Shape.of(shape), DType.F32);
    }

    @ParameterizedTest
    @EnumSource
    void theTableOfConvolutionsFitsTheOp(ConvShape s) {
        Spec y = new Conv2d(s.window(), s.groups)
                .infer(List.of(spec(s.x()), spec(s.weight())))
                .getFirst();
        assertArrayEquals(s.y(), y.shape().dims());
        assertTrue(s.work().flop() > 0 && s.work().bytes() > 4.0 * y.shape().size());
    }

    @ParameterizedTest
    @EnumSource
    void theTableOfProductsFitsTheOp(GemmShape s) {
        Spec y = new MatMul(s.transposeLeft, s.transposeRight)
                .infer(List.of(spec(s.left()), spec(s.right())))
                .getFirst();
        assertArrayEquals(new int[] {s.m, s.n}, y.shape().dims());
        assertEquals(2.0 * s.m * s.n * s.k, s.work().flop());
    }

    @Test
    void everyCaseRuns() {
        Stream.<Case[]>of(
                        Elementwise.Function.values(),
                        Softmax.Rows.values(),
                        Normalisation.Axes.values(),
                        Updates.Rule.values())
                .flatMap(Stream::of)
                .forEach(c -> CPU.with(() -> {
                    Task task = c.task();
                    assertTrue(task.work().bytes() > 0, c.title());
                    Scope.run(task.body());
                    Scope.run(task.body());
                }));
    }

    @ParameterizedTest
    @EnumSource
    void aStepMovesTheWeights(Step step) {
        CPU.with(() -> new Rng(1).with(() -> {
            TrainingStep s = step.make(2);
            s.run();
            var before = s.model().trainable().getFirst().value().toFloats();
            s.run();
            var after = s.model().trainable().getFirst().value().toFloats();
            double moved = 0;
            for (int i = 0; i < before.length; i++) moved += Math.abs(after[i] - before[i]);
            assertTrue(Double.isFinite(moved) && moved > 0, step + " moved its weights by " + moved);
            return null;
        }));
    }

    @Test
    void workIsLimitedByArithmeticOrByMemory() {
        assertTrue(GemmShape.SQUARE_1024.work().byArithmetic());
        assertTrue(!GemmShape.VECTOR.work().byArithmetic());
        var peak = new Peak(100, 10);
        assertEquals(50, peak.percent(new Work(5e9, 1e6), 0.1), 1e-9);
        assertEquals(20, peak.percent(Work.bytes(1e9), 0.5), 1e-9);
    }

    @Test
    void patternsFindBenchmarksInAnyCase() {
        assertEquals(List.of("dev.lamina.benchmarks.Gemm.run"), Main.names("gemm"));
        assertEquals(List.of(), Main.names("abacus"));
        assertTrue(Main.names("").size() >= 12, Main.names("").toString());
    }
}
