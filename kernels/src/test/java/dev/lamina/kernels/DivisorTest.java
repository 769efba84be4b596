package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Quotients by multiplier and shift against the processor's own.
class DivisorTest {
    private static int quotient(int i, Divisor d) {
        long product = Integer.toUnsignedLong(i) * Integer.toUnsignedLong(d.multiplier());
        return (int) (product >>> 32) >>> d.shift();
    }

    /// Where a wrong multiplier shows first: around multiples of the size, up to the largest.
    private static void check(int size) {
        var d = Divisor.of(size);
        int most = Integer.MAX_VALUE / size;
        for (int multiple : new int[] {0, 1, 2, most / 2, most - 1, most})
            for (int near = -1; near <= 1; near++) {
                long i = (long) multiple * size + near;
                if (i >= 0 && i <= Integer.MAX_VALUE)
                    assertEquals(i / size, quotient((int) i, d), () -> i + " / " + size);
            }
        assertEquals(Integer.MAX_VALUE / size, quotient(Integer.MAX_VALUE, d), () -> "largest / " + size);
    }

    @Test
    void smallSizesAndThoseAroundPowersOfTwo() {
        IntStream.range(2, 100_000).forEach(DivisorTest::check);
        for (int p = 17; p < 31; p++)
            IntStream.of((1 << p) - 1, 1 << p, (1 << p) + 1).forEach(DivisorTest::check);
        check(Integer.MAX_VALUE);
        check(Integer.MAX_VALUE - 1);
    }

    @Test
    void anySize() {
        new Random(4).ints(1_000_000, 2, Integer.MAX_VALUE).forEach(DivisorTest::check);
    }

    @Test
    void oneHasNoMultiplierOf32Bits() {
        assertThrows(IllegalArgumentException.class, () -> Divisor.of(1));
    }
}
