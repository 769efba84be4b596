package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The loops of [Simd] that layers pass over rows with.
class SimdRowsTest {
    @Test
    void elementsInTurnsAndBlocksOfRows() {
        var x = Simds.random(700, 1);
        var y = Simds.random(700, 2);
        for (var simd : Simds.all()) {
            for (int n = 0; n < 100; n++) {
                var z = y.clone();
                int xo = 700 - 2 * 70 - (n + 1) / 2;
                int yo = 700 - 2 * 70 - n / 2;
                simd.interleave(3, n, x, xo, y, yo, 70, z, 3, 120);
                for (int i = 0; i < z.length; i++) {
                    int row = (i - 3) / 120;
                    int column = (i - 3) % 120;
                    var from = column % 2 == 0 ? x : y;
                    int at = (column % 2 == 0 ? xo : yo) + row * 70 + column / 2;
                    assertEquals(i >= 3 && row < 3 && column < n ? from[at] : y[i], z[i]);
                }
                z = y.clone();
                var expected = y.clone();
                int[] at = {5, 6, 300};
                simd.addBlocks(3, 2, n, x, 700 - 2 * n - 2 * 200, 200, z, 2, at, 120);
                for (int p = 0; p < 3; p++)
                    for (int r = 0; r < 2; r++)
                        for (int i = 0; i < n; i++)
                            expected[2 + at[p] + r * 120 + i] += x[700 - 2 * n - 2 * 200 + p * 200 + r * n + i];
                assertArrayEquals(expected, z);
            }
        }
    }

    @Test
    void everyOtherElementUpToTheEndOfTheArray() {
        var x = Simds.random(700, 1);
        for (var simd : Simds.all()) {
            for (int n = 0; n < 100; n++) {
                int at = n == 0 ? 0 : 700 - 2 * 230 - (2 * n - 1);
                var y = new float[400];
                var expected = new float[400];
                simd.everyOther(3, n, x, at, 230, y, 5, 110);
                for (int r = 0; r < 3; r++)
                    for (int i = 0; i < n; i++) expected[5 + r * 110 + i] = x[at + r * 230 + 2 * i];
                assertArrayEquals(expected, y);
            }
        }
    }

    @Test
    void transposesMatricesOfAnySize() {
        int[] sizes = {0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 40};
        var x = Simds.random(2000, 1);
        for (var simd : Simds.all()) {
            var work = new float[simd.columns() * simd.columns() / 4];
            for (int m : sizes) {
                for (int n : sizes) {
                    var y = new float[2000];
                    var expected = new float[2000];
                    int at = Math.max(0, 2000 - 43 * (m - 1) - n);
                    simd.transpose(m, n, x, m * n == 0 ? 0 : at, 43, y, 3, 41, work);
                    for (int i = 0; i < m; i++)
                        for (int j = 0; j < n; j++) expected[3 + j * 41 + i] = x[at + i * 43 + j];
                    assertArrayEquals(expected, y);
                }
            }
        }
    }

    @Test
    void passesOverRowsOfAnyLength() {
        var x = Simds.random(300, 1);
        var y = Simds.random(300, 2);
        x[40] = -200;
        x[41] = Float.NEGATIVE_INFINITY;
        for (var simd : Simds.all()) {
            for (int n = 0; n < 200; n++) {
                var exps = new float[n + 2];
                var shifted = new float[n + 2];
                var line = new float[n + 2];
                var bounded = new float[n + 2];
                double[] sums = {1, 2};
                double expected = simd.expSum(n, x, 3, 0.5f, exps, 1);
                double squares = 0;
                double sum = 0;
                simd.shiftScale(n, y, 3, 0.25f, 2f, shifted, 1);
                simd.shiftScale(n, y, 3, 0.25f, 2f, 0.5f, 0f, bounded, 1);
                simd.lessLine(n, y, 3, 0.25f, y, 5, 0.125f, 0.5f, 2f, line, 1);
                simd.sums(n, y, 3, y, 5, 0.25f, sums);
                double plainSum = 1;
                double product = 2;
                for (int i = 0; i < n; i++) {
                    assertEquals((float) Math.exp(x[i + 3] - 0.5f), exps[i + 1], 1e-6f);
                    assertEquals((y[i + 3] - 0.25f) * 2f, shifted[i + 1]);
                    assertEquals(Math.max(0f, (y[i + 3] - 0.25f) * 2f + 0.5f), bounded[i + 1], 1e-6f);
                    assertEquals((y[i + 3] - 0.25f - (y[i + 5] - 0.125f) * 0.5f) * 2f, line[i + 1]);
                    plainSum += y[i + 3];
                    product += y[i + 3] * (y[i + 5] - 0.25);
                    squares += (y[i + 3] - 0.25) * (y[i + 3] - 0.25);
                    sum += exps[i + 1];
                }
                assertEquals(sum, expected, 1e-4);
                assertEquals(squares, simd.squares(n, y, 3, 0.25f), 1e-4);
                assertEquals(plainSum, sums[0], 1e-4);
                assertEquals(product, sums[1], 1e-4);
                assertEquals(0, exps[0] + exps[n + 1] + shifted[n + 1] + line[n + 1] + bounded[n + 1]);
            }
        }
    }

    @Test
    void panelsOfRowsThatLieAlongTheInnerSize() {
        var x = Simds.random(80 * 70, 1);
        for (var simd : Simds.all()) {
            int width = simd.columns();
            for (int rows = 1; rows <= width; rows++) {
                for (int k : new int[] {1, 3, 8, 16, 17, 33, 64}) {
                    int ld = k + 5;
                    var wanted = new float[3 + k * width + 2];
                    var panel = new float[wanted.length];
                    Arrays.fill(wanted, 7f);
                    Arrays.fill(panel, 7f);
                    for (int p = 0; p < k; p++) {
                        for (int r = 0; r < width; r++) {
                            wanted[3 + p * width + r] = r < rows ? x[2 + r * ld + p] : 0f;
                        }
                    }
                    simd.across(rows, k, x, 2, ld, panel, 3, width);
                    assertArrayEquals(wanted, panel);
                }
            }
        }
    }

    @Test
    void boundsKeepNaN() {
        for (var simd : Simds.all()) {
            float[] x = new float[37];
            Arrays.fill(x, -5f);
            x[3] = x[36] = Float.NaN;
            float[] y = new float[37];
            simd.shiftScale(37, x, 0, 0f, 1f, 0f, -1f, y, 0);
            for (int i = 0; i < 37; i++) assertEquals(i == 3 || i == 36 ? Float.NaN : -1f, y[i]);
        }
    }
}
