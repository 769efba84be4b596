package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FloatReduceTest {
    private static final int[][] SHAPES = {
        {1, 1, 1},
        {0, 3, 2},
        {3, 0, 2},
        {1, 0, 1},
        {5, 1, 7},
        {1, 17, 1},
        {3, 65, 1},
        {100, 33, 1},
        {1, 100_003, 1},
        {2, 40_000, 3},
        {1, 300, 1500},
        {7, 13, 31},
        {64, 10, 8},
        {1, 5000, 17},
        {80, 37, 16},
        {3, 40, 1030},
    };

    @Test
    void agreesWithALoopInDouble() {
        try (var workers = new Workers(2)) {
            for (var simd : Simds.all()) {
                var reduce = new FloatReduce(simd, workers);
                for (var shape : SHAPES) {
                    for (var kind : Reduction.values()) {
                        check(reduce, kind, shape[0], shape[1], shape[2]);
                    }
                }
            }
        }
    }

    private static void check(FloatReduce reduce, Reduction kind, int outer, int n, int inner) {
        var x = Simds.random(outer * n * inner, 1);
        if (kind == Reduction.PROD) {
            for (int i = 0; i < x.length; i++) {
                x[i] = 1 + x[i] / 1000;
            }
        }
        var y = new float[outer * inner + 1];
        y[outer * inner] = 7;
        reduce.run(kind, outer, n, inner, x, 0, y, 0);
        assertEquals(7f, y[outer * inner]);
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < inner; j++) {
                double expected = kind.identity;
                double size = 1;
                for (int i = 0; i < n; i++) {
                    double value = x[(o * n + i) * inner + j];
                    expected = kind.join(expected, value);
                    size += value * value;
                }
                double tolerance = kind == Reduction.SUM ? 1e-6 * Math.sqrt(size) : 1e-6 * Math.abs(expected);
                assertEquals((float) expected, y[o * inner + j], tolerance, kind + " " + n + " x " + inner);
            }
        }
    }

    @Test
    void aLongSumIsAsGoodAsADouble() {
        int n = 10_000_000;
        var x = Simds.random(n, 5);
        double expected = 0;
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * 0.5f + 0.5f;
            expected += x[i];
        }
        for (var simd : Simds.all()) {
            try (var workers = new Workers(2)) {
                for (int inner : new int[] {1, 4, 100}) {
                    var y = new float[inner];
                    new FloatReduce(simd, workers).run(Reduction.SUM, 1, n / inner, inner, x, 0, y, 0);
                    double sum = 0;
                    for (float value : y) {
                        sum += value;
                    }
                    assertTrue(Math.abs(sum / expected - 1) < 1e-6, sum + " against " + expected);
                }
            }
        }
    }

    @Test
    void nanAndInfinitiesPassThrough() {
        for (var simd : Simds.all()) {
            try (var workers = new Workers(1)) {
                for (int n : new int[] {1, 5, 50, 500}) {
                    for (var kind : Reduction.values()) {
                        var x = Simds.random(n, 6);
                        var y = new float[1];
                        x[n / 2] = Float.NaN;
                        new FloatReduce(simd, workers).run(kind, 1, n, 1, x, 0, y, 0);
                        assertTrue(Float.isNaN(y[0]), kind + " of NaN");
                    }
                }
            }
        }
    }

    @Test
    void theBitsDoNotDependOnThreads() {
        for (var simd : Simds.all()) {
            for (var shape : SHAPES) {
                float[] first = null;
                for (int threads : new int[] {1, 2, 3}) {
                    try (var workers = new Workers(threads)) {
                        var x = Simds.random(shape[0] * shape[1] * shape[2], 1);
                        var y = new float[shape[0] * shape[2]];
                        new FloatReduce(simd, workers).run(Reduction.SUM, shape[0], shape[1], shape[2], x, 0, y, 0);
                        first = first == null ? y : first;
                        assertArrayEquals(first, y);
                    }
                }
            }
        }
    }
}
