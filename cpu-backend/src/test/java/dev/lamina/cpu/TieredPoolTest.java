package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TieredPoolTest {
    private static final int ROWS = 3;
    private static final long PATIENCE = 30_000_000_000L;

    @Test
    void givesTheSameBeforeAndAfterVectorsTakeOver() throws InterruptedException {
        var pool = new TieredPool();
        for (int n : new int[] {0, 1, 5, 16, 33, 71}) compare(pool, n);
        int n = 1 << 16;
        float[] x = Simds.random(4 * n, 1);
        for (int i = 0; i < 64; i++) pool.max(1, n, x, 0, 2 * n, new float[n], 0, new int[n], 0);
        for (long start = System.nanoTime(); !pool.compiled() && System.nanoTime() - start < PATIENCE; )
            Thread.sleep(5);
        assertTrue(pool.compiled());
        for (int m : new int[] {0, 1, 5, 16, 33, 71}) compare(pool, m);
    }

    private static void compare(TieredPool pool, int n) {
        float[] x = Simds.random(ROWS * 4 * n, 2);
        for (int i = 0; i < x.length; i++) x[i] = i % 11 == 5 ? Float.NaN : Math.round(x[i] * 4) / 4f; // ties and NaN
        float[] wanted = new float[ROWS * n];
        float[] seen = new float[ROWS * n];
        int[] wantedAt = new int[ROWS * n];
        int[] seenAt = new int[ROWS * n];
        ScalarPool.max(ROWS, n, x, 0, 2 * n, 0, wanted, 0, wantedAt, 0);
        pool.max(ROWS, n, x, 0, 2 * n, seen, 0, seenAt, 0);
        assertArrayEquals(wanted, seen);
        assertArrayEquals(wantedAt, seenAt);
    }
}
