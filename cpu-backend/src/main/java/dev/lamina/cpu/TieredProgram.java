package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// A function that runs step by step until its fused loops are worth using. Code that calls the Vector API is some
/// hundred times slower before C2 has compiled it, while the loops of the steps are shared by all functions and soon
/// compiled. So a function that has seen [#HOT] elements is fused, and its loops are run on numbers of no meaning, by
/// a thread of their own; they take over once they are compiled, which shows in their time. Both have the same bits, so
/// nobody sees when.
final class TieredProgram {
    private static final int HOT = 1 << 20;
    /// For how long a function is tried.
    private static final long NANOS = 3_000_000_000L;
    private static final long PAUSE = 500_000;
    private static final int CALLS = 32;
    /// Loops that take at most so much of the time of the steps are compiled: others take some hundred times as much.
    private static final double COMPILED = 1.2;

    private static final ThreadPoolExecutor THREAD =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                var thread = new Thread(null, task, "lamina-fuse", 0, false);
                thread.setDaemon(true);
                return thread;
            });

    static {
        THREAD.allowCoreThreadTimeOut(true);
    }

    private final BlockProgram program;
    private long elements;
    private volatile boolean hot;
    private volatile FusedProgram fused;

    TieredProgram(BlockProgram program) {
        this.program = program;
    }

    BlockProgram program() {
        return program;
    }

    /// The fused loops, or null while there are none.
    FusedProgram fused() {
        return fused;
    }

    /// Counts elements that are about to be computed, until they are enough.
    void count(Simd simd, long n) {
        if (!hot) countCold(simd, n);
    }

    private synchronized void countCold(Simd simd, long n) {
        elements += n;
        if (hot || elements < HOT) return;
        hot = true;
        THREAD.execute(() -> fuse(simd));
    }

    private void fuse(Simd simd) {
        var made = simd.fuse(program);
        if (made == null) return;
        var in = new BlockInput[program.inputs()];
        for (int i = 0; i < in.length; i++) in[i] = new BlockInput(numbers(i), 0, null);
        float[] uniform = program.uniforms(in, new float[program.scalars()]);
        var spec = new Spec(Shape.of(BlockRun.BLOCK), DType.F32);
        List<View> out = IntStream.range(0, program.outputs().length)
                .mapToObj(i -> new View(new float[BlockRun.BLOCK], 0, spec))
                .toList();
        long start = System.nanoTime();
        double best = Double.MAX_VALUE;
        // now and then a number beyond what exp can do in a loop, so that C2 compiles the way out too
        for (int round = 0; System.nanoTime() - start < NANOS; round++) {
            for (var x : in) x.memory()[BlockRun.BLOCK - 1] = round % 4 == 0 ? 100 : 0;
            best = Math.min(best, nanos(simd, null, in, uniform, out));
            if (nanos(simd, made, in, uniform, out) < COMPILED * best) {
                fused = made;
                return;
            }
            LockSupport.parkNanos(PAUSE); // the compiler and the program need the processors
        }
    }

    /// Numbers between -1 and 1.
    private static float[] numbers(int seed) {
        float[] x = new float[BlockRun.BLOCK];
        for (int i = 0; i < x.length; i++) x[i] = (i * 37 + seed * 11) % 101 / 50f - 1;
        return x;
    }

    private long nanos(Simd simd, FusedProgram made, BlockInput[] in, float[] uniform, List<View> out) {
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) BlockRun.run(simd, program, made, in, uniform, out, 0, BlockRun.BLOCK);
        return System.nanoTime() - start;
    }
}
