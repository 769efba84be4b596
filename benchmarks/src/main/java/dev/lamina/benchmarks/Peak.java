package dev.lamina.benchmarks;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The most that a device gave in this run: arithmetic without memory, and memory without arithmetic.
///
/// @param gflops of multiply-adds in registers
/// @param gigabytes a second, read and written together, of a copy that no cache holds
public record Peak(double gflops, double gigabytes) {
    private static final int ROUNDS = 7;

    /// Measures the device: the CPU by loops of our own on as many threads as its backend has, a GPU by two
    /// elementwise functions. About a second.
    public static Peak measure(Device device) {
        return device.id().equals("cpu") ? cpu(threads()) : gpu(device);
    }

    /// Threads that the CPU backend of this JVM runs on.
    public static int threads() {
        return Integer.getInteger("lamina.threads", Runtime.getRuntime().availableProcessors());
    }

    /// The peaks of `threads` cores.
    public static Peak cpu(int threads) {
        try (var loops = new PeakLoops(threads)) {
            return new Peak(best(loops::gflops), best(loops::gigabytes));
        }
    }

    /// GFLOP/s of a multiply-add loop on each of `threads` threads for so many seconds, whatever else the machine did.
    public static double multiplyAdds(int threads, double seconds) {
        try (var loops = new PeakLoops(threads)) {
            return loops.gflops(seconds);
        }
    }

    /// Percent of the peak that matters for `work` when a call takes `seconds`.
    public double percent(Work work, double seconds) {
        return work.byArithmetic()
                ? work.flop() / seconds * 1e-9 / gflops * 100
                : work.bytes() / seconds * 1e-9 / gigabytes * 100;
    }

    private static double best(DoubleSupplier rate) {
        double best = 0;
        for (int i = 0; i < ROUNDS; i++) best = Math.max(best, rate.getAsDouble());
        return best;
    }

    private static Peak gpu(Device device) {
        int depth = 256;
        Expr chain = Expr.in(0);
        for (int i = 0; i < depth; i++) chain = chain.mul(Expr.scalar(0)).add(Expr.scalar(1));
        var arithmetic = new Pointwise(Elementwise.update("peak", 1, List.of(chain)), List.of(0.999, 0.001));
        int n = 1 << 22;
        int large = 1 << 26;
        return device.with(() -> {
            Tensor x = Tensor.uniform(new Rng(1), n);
            Tensor y = Tensor.uniform(new Rng(1), large);
            return new Peak(
                    best(() -> 2.0 * depth * n / seconds(device, () -> arithmetic.on(x)) * 1e-9),
                    best(() -> 8.0 * large / seconds(device, () -> y.mul(2)) * 1e-9));
        });
    }

    private static double seconds(Device device, Runnable body) {
        device.sync();
        long start = System.nanoTime();
        Scope.run(body);
        device.sync();
        return (System.nanoTime() - start) * 1e-9;
    }
}
