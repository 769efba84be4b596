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

/// A convolution with bias and activation in one op against its parts, bit for bit.
final class EpilogueTest {
    private static final List<Optional<Elementwise>> ACTIVATIONS = List.of(
            Optional.empty(),
            Optional.of(Functions.RELU),
            Optional.of(Functions.TANH),
            Optional.of(Functions.SIGMOID),
            Optional.of(Functions.EXP));

    /// By tiles; by shifted planes: an image at a time, several, in groups, and large ones by blocks of rows.
    private static final List<Conv2dShape> SHAPES = List.of(
            shape(3, 17, 13, 13, 21, 3, 1, 1, 1),
            shape(3, 3, 13, 12, 34, 3, 1, 1, 1),
            shape(2, 2, 9, 9, 70, 5, 2, 2, 1),
            shape(6, 4, 5, 5, 9, 3, 1, 0, 1),
            shape(2, 6, 11, 8, 12, 3, 1, 1, 3),
            shape(1, 4, 70, 66, 20, 3, 1, 1, 1));

    private static Conv2dShape shape(int n, int c, int h, int w, int o, int k, int stride, int pad, int groups) {
        return new Conv2dShape(n, c, h, w, o, k, k, stride, stride, pad, pad, pad, pad, 1, 1, groups);
    }

    private static float[] images(Conv2dShape s) {
        return Simds.random(s.n() * s.c() * s.h() * s.w(), 1);
    }

    private static void equal(Conv2dShape s, float[] x, float[] bias, int... biasShape) {
        try (var workers = new Workers(2)) {
            for (Simd simd : Simds.all())
                Device.of("cpu", new CpuBackend(simd, workers)).with(() -> {
                    int weights = s.o() * s.inputs() * s.places();
                    Tensor images = Tensor.of(x, s.n(), s.c(), s.h(), s.w());
                    Tensor weight = Tensor.of(Simds.random(weights, 2), s.o(), s.inputs(), s.kh(), s.kw());
                    Tensor biases = Tensor.of(bias, biasShape);
                    for (var f : ACTIVATIONS) {
                        var op = new Affine(new Conv2d(Window.of(s.kh(), s.strideH(), s.top()), s.groups()), f);
                        float[] expected = op.lower(List.of(images, weight, biases))
                                .getFirst()
                                .toFloats();
                        assertArrayEquals(
                                expected, op.on(images, weight, biases).toFloats(), 0, op.name() + " " + s);
                    }
                });
        }
    }

    @Test
    void biasOfChannels() {
        for (var s : SHAPES) {
            equal(s, images(s), Simds.random(s.o(), 3), s.o(), 1, 1);
            equal(s, images(s), Simds.random(s.o(), 3), 1, s.o(), 1, 1);
        }
    }

    /// Biases that are not one for each channel, though as many or fewer.
    @Test
    void otherBiases() {
        var s = SHAPES.getFirst();
        equal(s, images(s), Simds.random(s.ow(), 3), s.ow());
        equal(s, images(s), Simds.random(1, 3), 1);
        equal(s, images(s), Simds.random(s.o() * s.oh() * s.ow(), 3), s.o(), s.oh(), s.ow());
    }

    @Test
    void notFinite() {
        for (var s : SHAPES) {
            float[] x = images(s);
            x[s.w() + 5] = Float.NaN;
            x[x.length - 1] = Float.POSITIVE_INFINITY;
            equal(s, x, Simds.random(s.o(), 3), s.o(), 1, 1);
            float[] bias = Simds.random(s.o(), 3);
            bias[0] = Float.NEGATIVE_INFINITY;
            bias[s.o() - 1] = Float.NaN;
            equal(s, images(s), bias, s.o(), 1, 1);
        }
    }

    /// Otherwise nothing here tests tiles.
    @Test
    void tilesAreUsed() {
        assertEquals(
                List.of(true, true, false),
                Simds.all().stream()
                        .map(simd -> WinogradConv.suits(simd, SHAPES.getFirst()))
                        .toList());
    }
}
