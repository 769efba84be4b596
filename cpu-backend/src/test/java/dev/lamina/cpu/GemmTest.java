package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmTest {
    private static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130};

    @Test
    void agreesWithTheTripleLoop() {
        var random = new Random(1);
        try (var workers = new Workers(2)) {
            for (var simd : Simds.all()) {
                var gemm = new Gemm(simd, workers);
                for (int round = 0; round < 800; round++) {
                    check(gemm, pick(random), pick(random), pick(random), random);
                }
                check(gemm, 70, 1100, 20, random);
                check(gemm, 1100, 70, 20, random);
                check(gemm, 1100, 300, 20, random);
                check(gemm, 37, 53, 2100, random);
                for (int round = 0; round < 4; round++) {
                    check(gemm, 300, 33, 333, random);
                    check(gemm, 70, 130, 1100, random);
                    check(gemm, 20, 37, 8200, random);
                    check(gemm, 20, 64, 8200, random);
                }
                check(gemm, 3, 2050, 330, random);
                check(gemm, 1, 2100, 330, random);
                check(gemm, 2100, 1, 330, random);
            }
        }
    }

    private static int pick(Random random) {
        return SIZES[random.nextInt(SIZES.length)];
    }

    @Test
    void rowsTimesRowsAgreeWithTheTripleLoop() {
        int[][] sizes = {{4, 4}, {3, 9}, {4, 130}, {130, 5}, {16, 16}, {10, 64}, {64, 10}, {17, 18}};
        var random = new Random(1);
        try (var workers = new Workers(2)) {
            for (var simd : Simds.all()) {
                var gemm = new Gemm(simd, workers);
                for (int[] size : sizes) {
                    for (int k : new int[] {48, 64, 65, 128, 512}) {
                        check(gemm, size[0], size[1], k, false, true, false, random);
                    }
                }
            }
        }
    }

    private static void check(Gemm gemm, int m, int n, int k, Random random) {
        check(gemm, m, n, k, random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random);
    }

    private static void check(Gemm gemm, int m, int n, int k, boolean ta, boolean tb, boolean add, Random random) {
        var a = matrix(ta ? k : m, ta ? m : k, ta, random);
        var b = matrix(tb ? n : k, tb ? k : n, tb, random);
        var c = matrix(m, n, false, random);
        var before = c.data().clone();
        gemm.multiply(m, n, k, a, b, c, add);
        var seen = new boolean[before.length];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = c.index(i, j);
                seen[at] = true;
                double sum = add ? before[at] : 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a.data()[a.index(i, p)] * b.data()[b.index(p, j)];
                }
                assertEquals(
                        sum, c.data()[at], 1e-5 * Math.sqrt(k + 1), () -> m + " x " + n + " x " + k + ta + tb + add);
            }
        }
        for (int at = 0; at < before.length; at++) {
            if (!seen[at]) {
                assertEquals(before[at], c.data()[at], "outside C");
            }
        }
    }

    /// Gaps before, between and after the rows; C must leave them alone.
    private static Matrix matrix(int rows, int columns, boolean transposed, Random random) {
        int gap = random.nextInt(3);
        int offset = random.nextInt(5);
        int step = columns + gap;
        int length = rows == 0 || columns == 0 ? offset : offset + (rows - 1) * step + columns;
        return new Matrix(Simds.random(length, random.nextLong()), offset, step, transposed);
    }

    @Test
    void batchesMaySharePartsAndAgreeWithSingleProducts() {
        int m = 9;
        int n = 34;
        int k = 21;
        var a = new Matrix(Simds.random(m * k, 1), 0, k);
        var b = new Matrix(Simds.random(5 * k * n, 2), 0, n);
        for (var simd : Simds.all()) {
            try (var workers = new Workers(2)) {
                var gemm = new Gemm(simd, workers);
                var all = new float[5 * m * n];
                gemm.multiply(5, m, n, k, a, 0, b, k * n, new Matrix(all, 0, n), m * n, false);
                for (int i = 0; i < 5; i++) {
                    var one = new float[m * n];
                    gemm.multiply(m, n, k, a, b.shift(i * k * n), new Matrix(one, 0, n), false);
                    assertArrayEquals(one, Arrays.copyOfRange(all, i * m * n, (i + 1) * m * n));
                }
            }
        }
    }

    @Test
    void theBitsDoNotDependOnThreads() {
        int[][] shapes = {
            {200, 150, 700},
            {5, 2000, 330},
            {1, 3000, 100},
            {3000, 1, 100},
            {64, 64, 64},
            {1100, 40, 33},
            {300, 70, 1100},
            {20, 37, 8200},
            {20, 64, 8200},
            {128, 128, 128},
            {64, 10, 128}
        };
        for (var simd : Simds.all()) {
            for (var shape : shapes) {
                int m = shape[0];
                int n = shape[1];
                int k = shape[2];
                for (int form = 0; form < 4; form++) {
                    boolean ta = form % 2 > 0;
                    boolean tb = form / 2 > 0;
                    var a = new Matrix(Simds.random(m * k, 3), 0, ta ? m : k, ta);
                    var b = new Matrix(Simds.random(n * k, 4), 0, tb ? k : n, tb);
                    float[] first = null;
                    for (int threads : new int[] {1, 2, 3}) {
                        try (var workers = new Workers(threads)) {
                            var c = new float[m * n];
                            new Gemm(simd, workers).multiply(m, n, k, a, b, new Matrix(c, 0, n), false);
                            first = first == null ? c : first;
                            assertArrayEquals(first, c);
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatIsNotANumberComesThrough() {
        for (var simd : Simds.all()) {
            try (var workers = new Workers(2)) {
                var gemm = new Gemm(simd, workers);
                for (int[] shape :
                        new int[][] {{9, 70, 5}, {70, 40, 33}, {300, 33, 333}, {64, 10, 128}, {20, 64, 8200}}) {
                    for (int form = 0; form < 4; form++) {
                        notANumber(gemm, shape[0], shape[1], shape[2], form % 2 > 0, form / 2 > 0);
                    }
                }
            }
        }
    }

    /// The row of C that the NaN of A is in becomes NaN, the column of B that is infinite becomes infinite elsewhere.
    private static void notANumber(Gemm gemm, int m, int n, int k, boolean ta, boolean tb) {
        var a = new Matrix(new float[m * k], 0, ta ? m : k, ta);
        var b = new Matrix(new float[k * n], 0, tb ? k : n, tb);
        Arrays.fill(a.data(), 1f);
        Arrays.fill(b.data(), 1f);
        a.data()[a.index(m - 1, k - 1)] = Float.NaN;
        b.data()[b.index(0, n - 1)] = Float.POSITIVE_INFINITY;
        var c = new Matrix(new float[m * n], 0, n);
        gemm.multiply(m, n, k, a, b, c, false);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float wanted = i == m - 1 ? Float.NaN : j == n - 1 ? Float.POSITIVE_INFINITY : k;
                assertEquals(wanted, c.data()[c.index(i, j)]);
            }
        }
    }
}
