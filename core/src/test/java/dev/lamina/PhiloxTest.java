package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhiloxTest {
    /// The known-answer vectors of philox4x32-10 in the Random123 distribution of Salmon and others.
    @Test
    void knownAnswers() {
        assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, Philox.block(0, 0, 0, 0, 0, 0));
        assertArrayEquals(
                new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, Philox.block(-1, -1, -1, -1, -1, -1));
        assertArrayEquals(
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                Philox.block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0));
    }

    @Test
    void aStreamUsesAllBitsOfSeedAndPosition() {
        assertArrayEquals(Philox.block(3, 4, 5, 0, 1, 2), Philox.block(1 | 2L << 32, 3 | 4L << 32, 5));
        assertNotEquals(Philox.block(7, 1, 0)[0], Philox.block(7, 1L << 32, 0)[0]);
    }

    @Test
    void mapsToUniformAndNormal() {
        assertEquals(0f, Philox.uniform(0xFF));
        assertEquals(1 - 0x1p-24f, Philox.uniform(-1));
        assertEquals(0.5f, Philox.uniform(1 << 31));
        assertEquals(0, Philox.normal(-1, 123), 1e-12);
        assertEquals(Math.sqrt(48 * Math.log(2)), Philox.normal(0, 0), 1e-12);
        assertEquals(-Math.sqrt(2 * Math.log(2)), Philox.normal((1 << 31) - 256, 1 << 31), 1e-6);
    }

    @Test
    void rngResumesWhereItStopped() {
        var rng = new Rng(42);
        for (int i = 0; i < 10; i++) rng.nextInt();
        var resumed = new Rng(rng.seed(), rng.position());
        for (int i = 0; i < 10; i++) assertEquals(rng.nextInt(1000), resumed.nextInt(1000));
        assertEquals(rng.nextGaussian(), resumed.nextGaussian());
        assertEquals(rng.nextFloat(), resumed.nextFloat());
        long before = rng.position();
        assertEquals(before, rng.reserve(9));
        assertEquals(before + 3, rng.position());
    }

    /// 3 * 2^30 is where taking a remainder of 32 bits would give a third of the numbers twice the chance.
    @Test
    void boundedNumbersHaveNoBias() {
        var rng = new Rng(1);
        int bound = 3 << 29;
        int n = 30_000;
        var thirds = new int[3];
        for (int i = 0; i < n; i++) thirds[rng.nextInt(bound) / (1 << 29)]++;
        for (int t : thirds) assertEquals(n / 3.0, t, 5 * Math.sqrt(n / 3.0));
        var sixths = new int[6];
        for (int i = 0; i < n; i++) sixths[rng.nextInt(6)]++;
        for (int s : sixths) assertEquals(n / 6.0, s, 5 * Math.sqrt(n / 6.0));
        assertEquals(0, rng.nextInt(1));
        assertThrows(IllegalArgumentException.class, () -> rng.nextInt(0));
    }

    @Test
    void permutationsAreUniform() {
        var rng = new Rng(5);
        int[] p = rng.permutation(101);
        assertArrayEquals(
                IntStream.range(0, 101).toArray(), Arrays.stream(p).sorted().toArray());
        assertEquals(0, rng.permutation(0).length);
        var seen = new java.util.TreeMap<String, Integer>();
        for (int i = 0; i < 6000; i++) seen.merge(Arrays.toString(rng.permutation(3)), 1, Integer::sum);
        assertEquals(6, seen.size());
        seen.values().forEach(n -> assertEquals(1000, n, 150));
    }

    @Test
    void splitStreamsAreIndependent() {
        var rng = new Rng(9);
        assertEquals(rng.split(1).nextInt(), rng.split(1).nextInt());
        assertNotEquals(rng.split(1).nextInt(), rng.split(2).nextInt());
        assertEquals(0, rng.position());
        assertTrue(rng.split(0).seed() != rng.seed());
        assertEquals(9, rng.with(() -> Rng.current().seed()));
    }
}
