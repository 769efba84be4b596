package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.Device;
import dev.lamina.IndexException;
import dev.lamina.Tensor;
import dev.lamina.op.SoftmaxCrossEntropy;
import dev.lamina.op.SoftmaxCrossEntropyGradient;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Cross entropy of labels against its formula, in sizes around those of blocks of elements and of gathered rows.
final class CrossEntropyKernelsTest {
    private static final SoftmaxCrossEntropy LOSS = new SoftmaxCrossEntropy(1);
    private static final SoftmaxCrossEntropyGradient GRADIENT = new SoftmaxCrossEntropyGradient(1);
    private static final int[][] SHAPES = {
        {1, 1, 1}, {70, 10, 1}, {3, 1024, 1}, {2, 3001, 1}, {2, 1, 33}, {3, 21, 16}, {1, 20_000, 17}
    };

    private static double[] expected(float[] x, int[] label, float[] dLoss, int n, int after, float[] dx) {
        double[] loss = new double[label.length];
        for (int r = 0; r < label.length; r++) {
            int at = r / after * n * after + r % after;
            double sum = 0;
            for (int i = 0; i < n; i++) sum += Math.exp(x[at + i * after]);
            loss[r] = Math.log(sum) - x[at + label[r] * after];
            for (int i = 0; i < n; i++) {
                int e = at + i * after;
                dx[e] = (float) ((Math.exp(x[e]) / sum - (i == label[r] ? 1 : 0)) * dLoss[r]);
            }
        }
        return loss;
    }

    @Test
    void isWhatTheFormulaSaysOnAnyNumberOfThreads() {
        for (int[] s : SHAPES) {
            int n = s[1];
            int rows = s[0] * s[2];
            float[] x = Simds.random(rows * n, 1);
            float[] dLoss = Simds.random(rows, 2);
            int[] label = new Random(3).ints(rows, 0, n).toArray();
            float[] dx = new float[x.length];
            double[] loss = expected(x, label, dLoss, n, s[2], dx);
            for (Simd simd : Simds.all()) {
                float[][] one = run(simd, 1, s, x, label, dLoss);
                for (int r = 0; r < rows; r++) assertEquals(loss[r], one[0][r], 1e-5, "loss " + r);
                assertArrayEquals(dx, one[1], 1e-6f, "gradient");
                float[][] several = run(simd, 3, s, x, label, dLoss);
                assertArrayEquals(one[0], several[0], 0, "loss by threads");
                assertArrayEquals(one[1], several[1], 0, "gradient by threads");
            }
        }
    }

    private static float[][] run(Simd simd, int threads, int[] s, float[] x, int[] label, float[] dLoss) {
        try (var workers = new Workers(threads)) {
            return Device.of("cpu", new CpuBackend(simd, workers)).with(() -> {
                Tensor logits = Tensor.of(x, s);
                Tensor labels = Tensor.of(label, s[0], s[2]);
                Tensor dx = GRADIENT.on(logits, labels, Tensor.of(dLoss, s[0], s[2]));
                return new float[][] {LOSS.on(logits, labels).toFloats(), dx.toFloats()};
            });
        }
    }

    /// Labels that a device computed: those from the host are checked before they come here.
    @Test
    void namesALabelThatIsNoClass() {
        try (var workers = new Workers(1)) {
            Device.of("cpu", new CpuBackend(new ScalarSimd(), workers)).with(() -> {
                Tensor logits = Tensor.zeros(2, 3);
                Tensor above = Tensor.of(new int[] {1, 2}).add(1);
                Tensor below = Tensor.of(new int[] {0, 2}).sub(1);
                assertEquals(
                        "softmax_cross_entropy: index 3 at position 1 is outside 0..2",
                        assertThrows(IndexException.class, () -> LOSS.on(logits, above))
                                .getMessage());
                assertEquals(
                        "softmax_cross_entropy_gradient: index -1 at position 0 is outside 0..2",
                        assertThrows(IndexException.class, () -> GRADIENT.on(logits, below, Tensor.zeros(2)))
                                .getMessage());
            });
        }
    }
}
