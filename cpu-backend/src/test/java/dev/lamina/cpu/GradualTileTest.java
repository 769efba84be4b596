package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class GradualTileTest {
    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
    private static final int ROWS = 4;
    private static final int MOST = 40;
    private static final int LDC = 2 * LANES + 3;

    private final float[] a = Simds.random(MOST * 64, 1);
    private final float[] b = Simds.random(MOST * 2 * LANES + 5, 2);
    private final float[] s = Simds.random(ROWS * LDC, 3);

    private interface Call {
        void run(Tile tile, int k, float[] c);
    }

    @Test
    void theBitsAreThoseOfTheWholeProduct() {
        int[] at = {7, 200, 50, 100};
        compare((tile, k, c) -> tile.packed(k, a, 3, b, 5, s, 0, LDC, c, 1, LDC));
        compare((tile, k, c) -> tile.rows(k, a, 3, at, 0, b, 5, s, 0, LDC, c, 1, LDC));
        compare((tile, k, c) -> tile.turned(k, a, 3, 11, b, 5, s, 0, LDC, c, 1, LDC));
        compare((tile, k, c) -> tile.strided(k, a, 3, 1, 11, b, 5, 2 * LANES, s, 0, LDC, c, 1, LDC));
        compare((tile, k, c) -> tile.strided(k, a, 3, 90, 1, b, 5, 2 * LANES, null, 0, 0, c, 1, LDC));
        compare((tile, k, c) -> tile.packed(k, a, 3, b, 5, c, 1, LDC, c, 1, LDC));
    }

    private void compare(Call call) {
        Tile whole = TileCode.make(ROWS, 2, LANES);
        Tile gradual = new GradualTile(whole);
        for (int k = 0; k <= MOST; k++) {
            float[] wanted = Simds.random(ROWS * LDC + 1, 4);
            float[] seen = wanted.clone();
            call.run(whole, k, wanted);
            call.run(gradual, k, seen);
            assertArrayEquals(wanted, seen);
        }
    }
}
