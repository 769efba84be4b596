package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Shape;
import dev.lamina.op.Reduce;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How reductions are shared out, and the memory that they borrow.
class SplitTest {
    @Test
    void chunksCoverEveryElementOnceAndStayShort() {
        for (int units : new int[] {1, 2, 132})
            for (int outputs : new int[] {1, 3, 64, 100_000})
                for (int reduced : new int[] {0, 1, 63, 64, 1025, 4097, 1_000_003})
                    for (boolean contiguous : new boolean[] {false, true}) {
                        var launcher = new Launcher(new FakeDriver(256, units));
                        Split s = Split.of(launcher, outputs, reduced, contiguous);
                        assertTrue(s.chunk() * (long) s.chunks() >= reduced, s.toString());
                        assertTrue(reduced == 0 || s.chunk() * (s.chunks() - 1L) < reduced, "an empty chunk in " + s);
                        assertTrue(s.chunk() <= (s.grouped() ? 128 * 256 : 1024), s.toString());
                    }
    }

    @Test
    void aSingleLongSumFillsTheDevice() {
        Split s = Split.of(new Launcher(new FakeDriver(256, 132)), 1, 100_000_000, true);
        assertTrue(s.grouped());
        assertTrue(s.chunks() >= 132 * 8, s.toString());
        assertEquals(
                1,
                Split.of(new Launcher(new FakeDriver(256, 132)), 1, 2000, true).chunks());
    }

    @Test
    void groupsKeepToTheDevice() {
        assertEquals(32, Groups.size(new Launcher(new FakeDriver(48, 4))));
        assertEquals(128, Groups.size(new Launcher(new FakeDriver(1024, 4))));
        assertEquals(
                128, Groups.of(new Launcher(new FakeDriver(1024, 4)), 1_000_000).count());
        assertEquals(5, Groups.of(new Launcher(new FakeDriver(1024, 4)), 5).count());
    }

    @Test
    void layoutsOfAReduction() {
        var x = Shape.of(2, 3, 4, 5);
        Kept norm = Kept.of(new Reduce(Reduce.Kind.SUM, List.of(0, 2, 3)).layout(x));
        assertEquals(3, norm.outputs());
        assertEquals(40, norm.length());
        assertTrue(norm.contiguous());
        assertEquals(
                "((o) / kd1 * ks0_0 + (o) % kd1 * ks0_1)",
                norm.kept().structure().at("k", 0, "o"));
        assertEquals(
                "((j) / rd1 * rs0_0 + (j) % rd1 * rs0_1)",
                norm.reduced().structure().at("r", 0, "j"));
        assertFalse(Kept.of(new Reduce(Reduce.Kind.SUM, List.of(1)).layout(x)).contiguous());
    }

    @Test
    void borrowedMemoryIsUsedAgainAndGivenBack() {
        var driver = new FakeDriver();
        var scratch = new Scratch(driver);
        for (int i = 0; i < 10; i++) scratch.lend(1000 + i, m -> assertEquals(1, driver.live));
        scratch.lend(100, a -> scratch.lend(100, b -> assertNotSame(a, b)));
        assertEquals(2, driver.live);
        scratch.lend(1 << 20, m -> assertEquals(3, driver.live, "a larger piece is not a smaller one"));
        scratch.empty();
        assertEquals(0, driver.live);
    }
}
