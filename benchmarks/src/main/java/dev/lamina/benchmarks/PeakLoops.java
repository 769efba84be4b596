package dev.lamina.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The loops that measure the peaks of the CPU, one per thread at once.
final class PeakLoops implements AutoCloseable {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 10;
    private static final int STEPS = 1 << 21;
    /// Floats of each of the two arrays of a thread: 32 MiB, beyond any second-level cache.
    private static final int LENGTH = 1 << 23;

    private static final int COPIES = 4;
    private static final double FLOP = 2.0 * CHAINS * SPECIES.length() * STEPS;

    private final int threads;
    private final ExecutorService pool;
    private final List<float[]> from = new ArrayList<>();
    private final List<float[]> to = new ArrayList<>();

    PeakLoops(int threads) {
        this.threads = threads;
        pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().factory());
    }

    double gflops() {
        return FLOP * threads / seconds(_ -> multiplyAdd()) * 1e-9;
    }

    /// Each thread by itself for so long: the sum of their rates.
    double gflops(double seconds) {
        var rates = new double[threads];
        seconds(thread -> {
            long start = System.nanoTime();
            double taken = 0;
            float sum = 0;
            int loops = 0;
            for (; taken < seconds; taken = (System.nanoTime() - start) * 1e-9, loops++) sum += multiplyAdd();
            rates[thread] = FLOP * loops / taken * 1e-9;
            return sum;
        });
        return Arrays.stream(rates).sum();
    }

    double gigabytes() {
        while (from.size() < threads) {
            from.add(new float[LENGTH]);
            to.add(new float[LENGTH]);
        }
        return 8.0 * LENGTH * COPIES * threads / seconds(this::copy) * 1e-9;
    }

    private interface Loop {
        float run(int thread);
    }

    private double seconds(Loop loop) {
        var calls = new ArrayList<Callable<Float>>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            calls.add(() -> loop.run(thread));
        }
        try {
            long start = System.nanoTime();
            for (var done : pool.invokeAll(calls)) done.get();
            return (System.nanoTime() - start) * 1e-9;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the peak", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Ten independent chains hide the latency of a multiply-add on any core with two units of latency 4 or 5.
    private static float multiplyAdd() {
        var x = FloatVector.broadcast(SPECIES, 0.999f);
        var y = FloatVector.broadcast(SPECIES, 0.001f);
        var a = FloatVector.broadcast(SPECIES, 1);
        var b = a;
        var c = a;
        var d = a;
        var e = a;
        var f = a;
        var g = a;
        var h = a;
        var i = a;
        var j = a;
        for (int s = 0; s < STEPS; s++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
    }

    private float copy(int thread) {
        float[] a = from.get(thread);
        float[] b = to.get(thread);
        for (int c = 0; c < COPIES; c++)
            for (int i = 0; i < LENGTH; i += SPECIES.length())
                FloatVector.fromArray(SPECIES, a, i).intoArray(b, i);
        return b[0];
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
