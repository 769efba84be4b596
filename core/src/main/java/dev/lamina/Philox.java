package dev.lamina;

/// Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3" (SC 2011), and the two maps from its words to uniform and normal numbers that all backends
/// share.
public final class Philox {
    private static final int M0 = 0xD2511F53;
    private static final int M1 = 0xCD9E8D57;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;
    private static final int ROUNDS = 10;

    private Philox() {}

    /// Four words for a 128-bit counter and a 64-bit key, as in the published test vectors.
    public static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = (M0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long p1 = (M1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            c0 = n0;
            c2 = n2;
            k0 += W0;
            k1 += W1;
        }
        return new int[] {c0, c1, c2, c3};
    }

    /// Block `position` of the stream `seed`; `lane` separates uses of the same position.
    public static int[] block(long seed, long position, int lane) {
        return block((int) position, (int) (position >>> 32), lane, 0, (int) seed, (int) (seed >>> 32));
    }

    /// Uniform in [0, 1): the top 24 bits of a word, exact in binary32.
    public static float uniform(int word) {
        return (word >>> 8) * 0x1p-24f;
    }

    /// Standard normal from two words by Box and Muller; the first uniform is taken in (0, 1].
    public static double normal(int radius, int angle) {
        double u = ((radius >>> 8) + 1) * 0x1p-24;
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniform(angle));
    }
}
