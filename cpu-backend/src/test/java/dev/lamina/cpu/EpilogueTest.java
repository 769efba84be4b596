package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.Device;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import dev.lamina.op.Window;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A convolution with bias and activation in one op against its parts, bit for bit, on the path that applies them tile
/// by tile.
final class EpilogueTest {
    private static final int N = 3;
    private static final int C = 17;
    private static final int O = 21;
    private static final int H = 13;
    private static final int W = 13;

    private static final List<Optional<Elementwise>> ACTIVATIONS = List.of(
            Optional.empty(),
            Optional.of(Functions.RELU),
            Optional.of(Functions.TANH),
            Optional.of(Functions.SIGMOID),
            Optional.of(Functions.EXP));

    private static void equal(float[] x, float[] bias, int... shape) {
        try (var workers = new Workers(2)) {
            for (Simd simd : Simds.all())
                Device.of("cpu", new CpuBackend(simd, workers)).with(() -> {
                    for (var f : ACTIVATIONS) {
                        var op = new Affine(new Conv2d(Window.of(3, 1, 1), 1), f);
                        var in = List.of(
                                Tensor.of(x, N, C, H, W),
                                Tensor.of(Simds.random(O * C * 9, 2), O, C, 3, 3),
                                Tensor.of(bias, shape));
                        float[] expected = op.lower(in).getFirst().toFloats();
                        float[] got = op.on(in.get(0), in.get(1), in.get(2)).toFloats();
                        assertArrayEquals(expected, got, 0, op.name());
                    }
                });
        }
    }

    private static float[] images() {
        return Simds.random(N * C * H * W, 1);
    }

    @Test
    void biasOfChannels() {
        equal(images(), Simds.random(O, 3), O, 1, 1);
        equal(images(), Simds.random(O, 3), 1, O, 1, 1);
    }

    /// Biases that are not one for each channel, though as many or fewer.
    @Test
    void otherBiases() {
        equal(images(), Simds.random(W, 3), W);
        equal(images(), Simds.random(1, 3), 1);
        equal(images(), Simds.random(O * H * W, 3), O, H, W);
    }

    @Test
    void notFinite() {
        float[] x = images();
        x[H * W + 5] = Float.NaN;
        x[4 * H * W] = Float.POSITIVE_INFINITY;
        equal(x, Simds.random(O, 3), O, 1, 1);
        float[] bias = Simds.random(O, 3);
        bias[4] = Float.NEGATIVE_INFINITY;
        bias[20] = Float.NaN;
        equal(images(), bias, O, 1, 1);
    }

    /// Otherwise nothing here tests what it is for.
    @Test
    void tilesAreUsed() {
        var s = new Conv2dShape(N, C, H, W, O, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        assertEquals(
                List.of(true, true, false),
                Simds.all().stream().map(simd -> WinogradConv.suits(simd, s)).toList());
    }
}
