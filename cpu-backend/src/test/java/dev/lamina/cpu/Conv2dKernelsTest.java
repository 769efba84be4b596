package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Conv2dKernelsTest {
    /// Rounding errors in the root of the number of terms, of direct sums and of [TileTransforms].
    private static final double DIRECT = 2e-6;
    private static final double TILED = 6e-6;

    @Test
    void agreesWithTheLoopsOfTheDefinition() {
        try (var workers = new Workers(2)) {
            for (var simd : Simds.all()) {
                var random = new Random(2);
                for (int round = 0; round < 250; round++) {
                    check(simd, workers, any(random));
                }
                check(simd, workers, new Conv2dShape(3, 32, 26, 26, 40, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1));
                check(simd, workers, new Conv2dShape(2, 70, 9, 9, 33, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1));
                check(simd, workers, new Conv2dShape(2, 24, 7, 11, 24, 3, 3, 1, 2, 1, 0, 0, 1, 1, 1, 24));
                check(simd, workers, new Conv2dShape(1, 2, 40, 300, 3, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, 1));
                check(simd, workers, new Conv2dShape(2, 3, 5, 5, 4, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1));
                for (var s : shortRows()) check(simd, workers, s);
                for (var s : fewChannels()) check(simd, workers, s);
                for (var s : strides()) check(simd, workers, s);
                for (var s : tiles()) check(simd, workers, s);
                for (var s : depthwise()) check(simd, workers, s);
            }
        }
    }

    /// Rows so short, and channels so many, that images are worked on together without margins.
    private static List<Conv2dShape> shortRows() {
        return List.of(
                new Conv2dShape(9, 40, 7, 7, 40, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(35, 33, 4, 4, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(5, 48, 14, 14, 36, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(6, 66, 7, 7, 33, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(5, 40, 10, 10, 64, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(3, 80, 6, 7, 96, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 2),
                new Conv2dShape(130, 3, 12, 12, 256, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(2, 34, 90, 6, 36, 3, 5, 1, 1, 1, 2, 1, 2, 1, 1, 1),
                new Conv2dShape(13, 64, 7, 7, 96, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(3, 70, 14, 14, 130, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(40, 530, 5, 3, 64, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(3, 32, 5, 1, 300, 3, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1));
    }

    /// First layers, whose gradients are inner products and products that are scattered; images of one block and of
    /// several, and a batch that is cut into blocks of images.
    private static List<Conv2dShape> fewChannels() {
        return List.of(
                new Conv2dShape(3, 1, 28, 28, 32, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(2, 3, 33, 32, 70, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(1, 1, 130, 90, 6, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, 1),
                new Conv2dShape(1, 3, 90, 130, 40, 7, 7, 2, 2, 3, 3, 3, 3, 1, 1, 1),
                new Conv2dShape(24, 6, 14, 14, 16, 5, 5, 1, 1, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(2, 2, 9, 300, 33, 1, 9, 1, 1, 0, 4, 0, 4, 1, 1, 1));
    }

    /// Strides, with channels of one part and of several, lattices of which some get nothing, and rows in blocks.
    private static List<Conv2dShape> strides() {
        return List.of(
                new Conv2dShape(1, 75, 29, 27, 20, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(3, 50, 38, 38, 72, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(2, 40, 7, 80, 40, 3, 3, 3, 2, 5, 1, 5, 1, 1, 1, 1),
                new Conv2dShape(2, 150, 9, 10, 300, 3, 3, 2, 2, 1, 1, 0, 0, 1, 1, 2),
                new Conv2dShape(2, 20, 31, 40, 24, 1, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1),
                new Conv2dShape(2, 6, 50, 37, 40, 2, 3, 3, 1, 1, 2, 0, 1, 1, 2, 1),
                new Conv2dShape(1, 5, 64, 63, 9, 5, 4, 4, 3, 2, 1, 3, 2, 1, 1, 1));
    }

    /// Convolutions that [WinogradConv] does: many and few channels, chunks of one thread and of all, tiles that reach
    /// beyond the image, and padding as wide as the kernel.
    private static List<Conv2dShape> tiles() {
        return List.of(
                new Conv2dShape(1, 16, 16, 16, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(40, 17, 4, 4, 35, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(3, 33, 29, 31, 24, 3, 3, 1, 1, 0, 2, 2, 1, 1, 1, 1),
                new Conv2dShape(9, 20, 37, 50, 18, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(17, 16, 3, 5, 40, 3, 3, 1, 1, 4, 3, 3, 4, 1, 1, 1),
                new Conv2dShape(5, 270, 13, 9, 130, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(12, 140, 13, 13, 130, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    }

    @Test
    void whatIsNotFiniteStaysWhereItBelongs() {
        var shapes = List.of(
                new Conv2dShape(2, 16, 12, 12, 18, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(2, 3, 12, 13, 34, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(2, 20, 13, 12, 18, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
                new Conv2dShape(10, 33, 5, 7, 36, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1));
        try (var workers = new Workers(2)) {
            for (var simd : Simds.all()) {
                for (var s : shapes) whatIsNotFiniteStaysWhereItBelongs(simd, workers, s);
            }
        }
    }

    private static void whatIsNotFiniteStaysWhereItBelongs(Simd simd, Workers workers, Conv2dShape s) {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var x = Simds.random(s.n() * s.c() * s.h() * s.w(), 1);
            var weight = Simds.random(s.o() * s.inputs() * s.places(), 2);
            var dy = Simds.random(s.n() * s.o() * s.oh() * s.ow(), 3);
            x[x.length / 3] = odd;
            dy[dy.length / 3] = odd;
            var y = new double[dy.length];
            var dx = new double[x.length];
            define(s, x, weight, dy, y, dx, new double[weight.length]);
            var kernels = new Conv2dKernels(simd, workers);
            var got = new float[y.length];
            kernels.forward(s, x, 0, weight, 0, got, 0, Epilogue.NONE);
            sameNonFinite(y, got);
            got = new float[dx.length];
            kernels.inputGradient(s, dy, 0, weight, 0, got, 0);
            sameNonFinite(dx, got);
        }
    }

    private static void sameNonFinite(double[] expected, float[] got) {
        for (int i = 0; i < got.length; i++)
            if (!Double.isFinite(expected[i]) || !Float.isFinite(got[i]))
                assertEquals((float) expected[i], got[i], "at " + i);
    }

    /// One channel each, rows shorter and longer than a vector, planes of one block and of several.
    private static List<Conv2dShape> depthwise() {
        return List.of(
                new Conv2dShape(3, 9, 14, 14, 9, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 9),
                new Conv2dShape(2, 8, 1, 1, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 8),
                new Conv2dShape(2, 10, 7, 33, 10, 3, 3, 1, 1, 1, 0, 1, 2, 1, 1, 10),
                new Conv2dShape(1, 8, 120, 112, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 8),
                new Conv2dShape(2, 8, 90, 75, 8, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 8),
                new Conv2dShape(2, 8, 17, 16, 8, 3, 3, 2, 1, 2, 2, 2, 2, 2, 2, 8),
                new Conv2dShape(2, 8, 20, 19, 8, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, 8),
                new Conv2dShape(2, 8, 6, 9, 8, 5, 2, 3, 3, 2, 2, 2, 2, 1, 1, 8));
    }

    @Test
    void emptyBatchesAndImagesSmallerThanTheKernel() {
        try (var workers = new Workers(2)) {
            var simd = Simd.best();
            check(simd, workers, new Conv2dShape(0, 2, 5, 5, 3, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1));
            check(simd, workers, new Conv2dShape(2, 2, 2, 5, 3, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1));
            check(simd, workers, new Conv2dShape(1, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        }
    }

    private static Conv2dShape any(Random r) {
        int groups = r.nextInt(3) == 0 ? 1 + r.nextInt(12) : 1;
        int inputs = 1 + r.nextInt(groups > 3 ? 2 : 20);
        int outputs = 1 + r.nextInt(groups > 3 ? 3 : 30);
        return new Conv2dShape(
                1 + r.nextInt(3),
                groups * inputs,
                1 + r.nextInt(18),
                1 + r.nextInt(18),
                groups * outputs,
                1 + r.nextInt(4),
                1 + r.nextInt(4),
                1 + r.nextInt(3),
                1 + r.nextInt(3),
                r.nextInt(3),
                r.nextInt(3),
                r.nextInt(3),
                r.nextInt(3),
                1 + r.nextInt(2),
                1 + r.nextInt(2),
                groups);
    }

    private static void check(Simd simd, Workers workers, Conv2dShape s) {
        var kernels = new Conv2dKernels(simd, workers);
        double error = WinogradConv.suits(simd, s) ? TILED : DIRECT;
        var x = Simds.random(s.n() * s.c() * s.h() * s.w(), 1);
        var weight = Simds.random(s.o() * s.inputs() * s.places(), 2);
        var dy = Simds.random(s.n() * s.o() * s.oh() * s.ow(), 3);
        var y = new double[dy.length];
        var dx = new double[x.length];
        var dw = new double[weight.length];
        define(s, x, weight, dy, y, dx, dw);
        int shift = 3;
        var got = new float[y.length + 2 * shift];
        kernels.forward(s, x, 0, weight, 0, got, shift, Epilogue.NONE);
        compare(y, got, shift, s.inputs() * s.places(), error, "forward " + s);
        got = new float[dx.length + 2 * shift];
        kernels.inputGradient(s, dy, 0, weight, 0, got, shift);
        compare(dx, got, shift, s.outputs() * s.places(), error, "input " + s);
        got = new float[dw.length + 2 * shift];
        kernels.weightGradient(s, x, 0, dy, 0, got, shift);
        compare(dw, got, shift, s.n() * s.oh() * s.ow(), error, "weight " + s);
    }

    private static void define(
            Conv2dShape s, float[] x, float[] weight, float[] dy, double[] y, double[] dx, double[] dw) {
        int at = 0;
        for (int b = 0; b < s.n(); b++) {
            for (int f = 0; f < s.o(); f++) {
                for (int r = 0; r < s.oh(); r++) {
                    for (int t = 0; t < s.ow(); t++, at++) {
                        for (int c = 0; c < s.inputs(); c++) {
                            for (int i = 0; i < s.kh(); i++) {
                                for (int j = 0; j < s.kw(); j++) {
                                    int row = r * s.strideH() + i * s.dilationH() - s.top();
                                    int column = t * s.strideW() + j * s.dilationW() - s.left();
                                    if (row < 0 || row >= s.h() || column < 0 || column >= s.w()) {
                                        continue;
                                    }
                                    int channel = b * s.c() + f / s.outputs() * s.inputs() + c;
                                    int from = (channel * s.h() + row) * s.w() + column;
                                    int w = ((f * s.inputs() + c) * s.kh() + i) * s.kw() + j;
                                    y[at] += (double) x[from] * weight[w];
                                    dx[from] += (double) dy[at] * weight[w];
                                    dw[w] += (double) dy[at] * x[from];
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static void compare(double[] expected, float[] got, int shift, int terms, double error, String what) {
        for (int i = 0; i < shift; i++) {
            assertEquals(0f, got[i], what);
            assertEquals(0f, got[got.length - 1 - i], what);
        }
        double tolerance = error * (1 + Math.sqrt(terms));
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(expected[i] - got[shift + i]) > tolerance) {
                assertEquals(expected[i], got[shift + i], tolerance, what + " at " + i);
            }
        }
    }

    @Test
    void theBitsDoNotDependOnThreads() {
        var shapes = new Conv2dShape[] {
            new Conv2dShape(5, 8, 26, 26, 20, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1),
            new Conv2dShape(3, 1, 28, 28, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
            new Conv2dShape(2, 40, 14, 14, 40, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
            new Conv2dShape(4, 12, 9, 9, 12, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 12),
            new Conv2dShape(3, 16, 9, 9, 24, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
            new Conv2dShape(13, 40, 7, 7, 72, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1),
            new Conv2dShape(13, 40, 7, 7, 300, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
            new Conv2dShape(8, 6, 14, 14, 16, 5, 5, 1, 1, 0, 0, 0, 0, 1, 1, 1),
            new Conv2dShape(3, 100, 15, 15, 40, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1),
            new Conv2dShape(6, 150, 13, 11, 140, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
            new Conv2dShape(40, 360, 5, 5, 340, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        };
        for (var simd : Simds.all()) {
            for (var s : shapes) {
                float[][] first = null;
                for (int threads : new int[] {1, 2, 3}) {
                    try (var workers = new Workers(threads)) {
                        var kernels = new Conv2dKernels(simd, workers);
                        var x = Simds.random(s.n() * s.c() * s.h() * s.w(), 1);
                        var weight = Simds.random(s.o() * s.inputs() * s.places(), 2);
                        var dy = Simds.random(s.n() * s.o() * s.oh() * s.ow(), 3);
                        var got = new float[][] {new float[dy.length], new float[x.length], new float[weight.length]};
                        kernels.forward(s, x, 0, weight, 0, got[0], 0, Epilogue.NONE);
                        kernels.inputGradient(s, dy, 0, weight, 0, got[1], 0);
                        kernels.weightGradient(s, x, 0, dy, 0, got[2], 0);
                        first = first == null ? got : first;
                        for (int i = 0; i < 3; i++) {
                            assertArrayEquals(first[i], got[i], "bits of " + s);
                        }
                    }
                }
            }
        }
    }
}
