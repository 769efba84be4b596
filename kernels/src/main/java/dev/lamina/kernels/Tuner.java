package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.MatMul;
import dev.lamina.op.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Measures which tiles a device runs fastest and keeps the answer for its later programs.
public final class Tuner {
    private static final int GPU_SIZE = 1024;
    private static final int PROCESSOR_SIZE = 256;
    private static final int CHANNELS = 64;
    private static final int ROUNDS = 5;

    private final GpuDriver driver;
    private final Launcher launcher;
    private final Scratch scratch;

    private Tuner(GpuDriver driver) {
        this.driver = driver;
        launcher = new Launcher(driver);
        scratch = new Scratch(driver);
    }

    /// One candidate and the rates that it reached, in 10^9 floating-point operations a second.
    public record Measured(Tiles tiles, double product, double convolution) {}

    /// What was chosen, and everything that it was chosen from.
    public record Result(Tuning chosen, List<Measured> measured) {}

    /// Measures every candidate that fits the device, with `seen` told of each, and keeps the fastest in
    /// `cache`.
    ///
    /// @throws KernelException if a candidate does not build or run
    public static Result run(GpuDriver driver, ProgramCache cache, Consumer<Measured> seen) {
        var tuner = new Tuner(driver);
        try {
            Result r = tuner.measure(seen);
            r.chosen.keep(cache);
            return r;
        } finally {
            driver.sync();
            tuner.scratch.empty();
        }
    }

    private Result measure(Consumer<Measured> seen) {
        var limits = driver.limits();
        int size = limits.cpu() ? PROCESSOR_SIZE : GPU_SIZE;
        // Rows and columns of an image with as many pixels as the product has rows, in a batch of four.
        int side = (int) Math.sqrt(size);
        View a = view(Shape.of(size, size));
        View b = view(Shape.of(size, size));
        View y = view(Shape.of(size, size));
        View x = view(Shape.of(4, CHANNELS, side, side));
        View weight = view(Shape.of(CHANNELS, CHANNELS, 3, 3));
        View out = view(Shape.of(4, CHANNELS, side, side));
        var all = new ArrayList<Measured>();
        try {
            for (Tiles t : candidates(limits)) {
                var gemm = new GemmKernels(launcher, scratch, t, false);
                var conv = new ConvKernels(launcher, scratch, t);
                double product = rate(2.0 * size * size * size, () -> gemm.run(new MatMul(false, false), a, b, y));
                double convolution = rate(
                        2.0 * 4 * side * side * CHANNELS * CHANNELS * 9,
                        () -> conv.forward(Window.of(3, 1, 1), 1, x, weight, out));
                var m = new Measured(t, product, convolution);
                seen.accept(m);
                all.add(m);
            }
        } finally {
            for (View v : List.of(a, b, y, x, weight, out)) driver.free(v.memory());
        }
        return new Result(choose(all), List.copyOf(all));
    }

    /// The fastest for each use; the first of equals.
    static Tuning choose(List<Measured> all) {
        Measured product = all.getFirst();
        Measured convolution = product;
        for (Measured m : all) {
            if (m.product > product.product) product = m;
            if (m.convolution > convolution.convolution) convolution = m;
        }
        return new Tuning(product.tiles, convolution.tiles);
    }

    private static List<Tiles> candidates(GpuDriver.Limits limits) {
        return Tiles.candidates(limits.cpu()).stream()
                .map(t -> t.within(Float.BYTES, Launcher.localBytes(limits), Launcher.groupSize(limits)))
                .distinct()
                .toList();
    }

    private View view(Shape shape) {
        var spec = new Spec(shape, DType.F32);
        Object memory = driver.allocate(spec.bytes());
        var v = new View(memory, 0, spec);
        new LayoutKernels(launcher).fill(1, v);
        return v;
    }

    /// The best of some rounds, after one that compiles: what disturbs a measurement only makes it slower.
    private double rate(double flops, Runnable work) {
        work.run();
        driver.sync();
        double best = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            work.run();
            driver.sync();
            best = Math.max(best, flops / Math.max(1, System.nanoTime() - start));
        }
        return best;
    }
}
