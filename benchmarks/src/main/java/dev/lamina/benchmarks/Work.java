package dev.lamina.benchmarks;

/// What one call must do at least.
///
/// @param flop additions and multiplications; 0 where memory alone is the limit
/// @param bytes of tensors read and written, each once
public record Work(double flop, double bytes) {
    /// What a call is limited by, if each byte is worth 4 floating-point operations: a core's peaks are about 100
    /// GFLOP/s and 10 GB/s, or 10 to 1, but data that stays in a cache moves faster.
    public boolean byArithmetic() {
        return flop > 4 * bytes;
    }

    /// A call that moves memory and computes little.
    public static Work bytes(double bytes) {
        return new Work(0, bytes);
    }
}
