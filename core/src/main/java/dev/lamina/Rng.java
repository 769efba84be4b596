package dev.lamina;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// A counter-based random stream (Philox 4x32-10): a seed and a position, nothing else. The same seed and
/// position give the same bits on every device, so a mask is recomputed instead of stored and a run resumes bit
/// for bit. Safe for use by many threads; for reproducible runs give each thread its own.
public final class Rng {
    private static final ScopedValue<Rng> CURRENT = ScopedValue.newInstance();

    private final long seed;
    private final AtomicLong position;

    public Rng(long seed) {
        this(seed, 0);
    }

    /// Continues a stream at a position that `position()` gave.
    public Rng(long seed, long position) {
        this.seed = seed;
        this.position = new AtomicLong(position);
    }

    /// The stream bound by `with`, or a new one with an unpredictable seed.
    public static Rng current() {
        return CURRENT.isBound() ? CURRENT.get() : new Rng(new java.security.SecureRandom().nextLong());
    }

    /// Runs `body` with this stream as the current one: layers draw initial values and dropout masks from it.
    public <T> T with(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }

    public long seed() {
        return seed;
    }

    /// Blocks of four words used so far; with the seed, the whole state.
    public long position() {
        return position.get();
    }

    /// Takes the words for `values` 32-bit draws and returns the block they start at.
    public long reserve(long values) {
        return position.getAndAdd((values + 3) / 4);
    }

    /// An independent stream for the purpose `id`, such as a worker or an epoch; does not move this one.
    public Rng split(long id) {
        int[] w = Philox.block(seed, id, 0x5EED);
        return new Rng(((long) w[0] << 32) ^ (w[1] & 0xFFFFFFFFL));
    }

    /// 32 random bits.
    public int nextInt() {
        return Philox.block(seed, position.getAndIncrement(), 0)[0];
    }

    /// Uniform in 0..bound-1, without bias.
    public int nextInt(int bound) {
        if (bound < 1) throw new IllegalArgumentException("rng: bound must be positive, got " + bound);
        long product = (nextInt() & 0xFFFFFFFFL) * bound; // Lemire's multiply-and-reject
        long threshold = (1L << 32) % bound;
        while ((product & 0xFFFFFFFFL) < threshold) product = (nextInt() & 0xFFFFFFFFL) * bound;
        return (int) (product >>> 32);
    }

    /// Uniform in [0, 1) with 24 bits.
    public float nextFloat() {
        return Philox.uniform(nextInt());
    }

    /// Standard normal.
    public double nextGaussian() {
        int[] w = Philox.block(seed, position.getAndIncrement(), 0);
        return Philox.normal(w[0], w[1]);
    }

    /// A uniform permutation of 0..n-1 (Fisher-Yates).
    public int[] permutation(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            p[i] = p[j];
            p[j] = i;
        }
        return p;
    }
}
