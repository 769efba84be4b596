package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Pool2dKernelsTest {
    @Test
    void agreesWithTheLoopsOfTheDefinition() {
        var random = new Random(3);
        for (var simd : Simds.all()) {
            try (var workers = new Workers(2)) {
                var kernels = new Pool2dKernels(simd, workers);
                for (int round = 0; round < 300; round++) {
                    int kh = 1 + random.nextInt(4);
                    int kw = 1 + random.nextInt(4);
                    check(
                            kernels,
                            new Pool2dShape(
                                    random.nextInt(5),
                                    1 + random.nextInt(12),
                                    1 + random.nextInt(12),
                                    kh,
                                    kw,
                                    1 + random.nextInt(3),
                                    1 + random.nextInt(3),
                                    random.nextInt(kh / 2 + 1),
                                    random.nextInt(kw / 2 + 1),
                                    random.nextInt(kh / 2 + 1),
                                    random.nextInt(kw / 2 + 1),
                                    random.nextBoolean()));
                }
                check(kernels, new Pool2dShape(600, 9, 8, 2, 2, 2, 2, 0, 0, 0, 0, false));
                check(kernels, new Pool2dShape(2, 6, 71, 2, 2, 2, 2, 0, 0, 0, 0, false));
                check(kernels, new Pool2dShape(3, 9, 9, 2, 2, 2, 2, 0, 0, 0, 0, true));
            }
        }
    }

    private static void check(Pool2dKernels kernels, Pool2dShape s) {
        int plane = s.h() * s.w();
        int out = s.oh() * s.ow();
        var x = Simds.random(s.planes() * plane, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 11 == 5 ? Float.NaN : Math.round(x[i] * 4) / 4f; // ties and NaN
        }
        var dy = Simds.random(s.planes() * out, 2);
        var y = new float[dy.length];
        var index = new int[dy.length];
        kernels.max(s, x, 0, y, 0, index, 0);
        var dx = new float[x.length];
        kernels.maxAdjoint(s, dy, 0, index, 0, dx, 0);
        var picked = new float[y.length];
        kernels.pick(s, x, 0, index, 0, picked, 0);
        var expectedDx = new float[x.length];
        for (int p = 0; p < s.planes(); p++) {
            for (int r = 0; r < s.oh(); r++) {
                for (int t = 0; t < s.ow(); t++) {
                    int at = (p * s.oh() + r) * s.ow() + t;
                    int best = -1;
                    for (int i = 0; i < s.kh(); i++) {
                        for (int j = 0; j < s.kw(); j++) {
                            int row = r * s.strideH() - s.top() + i;
                            int column = t * s.strideW() - s.left() + j;
                            if (row < 0 || row >= s.h() || column < 0 || column >= s.w()) {
                                continue;
                            }
                            int place = row * s.w() + column;
                            float value = x[p * plane + place];
                            if (best < 0 || value > x[p * plane + best] || better(value, x[p * plane + best])) {
                                best = place;
                            }
                        }
                    }
                    assertEquals(best, index[at], () -> "index of " + s);
                    assertEquals(best < 0 ? Float.NEGATIVE_INFINITY : x[p * plane + best], y[at]);
                    assertEquals(best < 0 ? 0f : x[p * plane + best], picked[at]);
                    if (best >= 0) {
                        expectedDx[p * plane + best] += dy[at];
                    }
                }
            }
        }
        assertArrayEquals(expectedDx, dx, 1e-6f);
        average(kernels, s, true);
        average(kernels, s, false);
    }

    private static boolean better(float value, float than) {
        return Float.isNaN(value) && !Float.isNaN(than);
    }

    private static void average(Pool2dKernels kernels, Pool2dShape s, boolean includePad) {
        var x = Simds.random(s.planes() * s.h() * s.w(), 4);
        var dy = Simds.random(s.planes() * s.oh() * s.ow(), 5);
        var y = new float[dy.length];
        var dx = new float[x.length];
        kernels.average(s, includePad, x, 0, y, 0);
        kernels.averageAdjoint(s, includePad, dy, 0, dx, 0);
        var expected = new double[y.length];
        var expectedDx = new double[x.length];
        for (int at = 0; at < y.length; at++) {
            int p = at / (s.oh() * s.ow());
            int r = at / s.ow() % s.oh();
            int t = at % s.ow();
            int count = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < s.kh(); i++) {
                    for (int j = 0; j < s.kw(); j++) {
                        int row = r * s.strideH() - s.top() + i;
                        int column = t * s.strideW() - s.left() + j;
                        boolean inside = row >= 0 && row < s.h() && column >= 0 && column < s.w();
                        boolean padded = row < s.h() + s.bottom() && column < s.w() + s.right();
                        if (pass == 0) {
                            count += inside || includePad && padded ? 1 : 0;
                        } else if (inside) {
                            int from = (p * s.h() + row) * s.w() + column;
                            expected[at] += (double) x[from] / count;
                            expectedDx[from] += (double) dy[at] / count;
                        }
                    }
                }
            }
        }
        for (int i = 0; i < y.length; i++) {
            assertEquals(expected[i], y[i], 1e-6, () -> "average of " + s);
        }
        for (int i = 0; i < dx.length; i++) {
            assertEquals(expectedDx[i], dx[i], 1e-5, () -> "adjoint of " + s);
        }
    }

    @Test
    void ceilModeNeverBeginsAWindowBeyondTheInput() {
        assertEquals(2, new Pool2dShape(1, 3, 3, 2, 2, 2, 2, 0, 0, 0, 0, true).oh());
        assertEquals(1, new Pool2dShape(1, 3, 3, 2, 2, 2, 2, 0, 0, 0, 0, false).oh());
        assertEquals(2, new Pool2dShape(1, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, true).oh());
        assertEquals(1, new Pool2dShape(1, 2, 2, 3, 3, 2, 2, 0, 0, 0, 0, true).oh());
        assertEquals(0, new Pool2dShape(1, 2, 2, 3, 3, 2, 2, 0, 0, 0, 0, false).oh());
    }
}
