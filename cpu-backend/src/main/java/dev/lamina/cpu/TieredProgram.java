package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A function that runs step by step until its fused loops are worth using. Code that calls the Vector API is some
/// hundred times slower before C2 has compiled it, while plain loops, or the loops of steps that all functions
/// share, are soon compiled. So a function that has seen [#HOT] elements is fused, and its loops are warmed up;
/// they take over once they are compiled. All have the same bits, so nobody sees when.
final class TieredProgram {
    private static final int HOT = 1 << 22;
    private static final int CALLS = 32;

    private static final Simd PLAIN = new ScalarSimd();

    private final BlockProgram program;
    private final Simd vectors;
    private long elements;
    private volatile boolean hot;
    private volatile Simd steps;
    private volatile FusedProgram fused;

    TieredProgram(BlockProgram program, Simd vectors) {
        this.program = program;
        this.vectors = vectors;
        this.steps = program.exact() ? PLAIN : vectors;
    }

    BlockProgram program() {
        return program;
    }

    /// The fused loops, or null while there are none.
    FusedProgram fused() {
        return fused;
    }

    /// What runs the steps.
    Simd steps() {
        return steps;
    }

    /// Counts elements that are about to be computed, until they are enough.
    void count(long n) {
        if (!hot) countCold(n);
    }

    private synchronized void countCold(long n) {
        elements += n;
        if (hot || elements < HOT) return;
        hot = true;
        WarmUp.later(this::compile);
    }

    private void compile() {
        var made = vectors.fuse(program);
        if (made != null || steps != vectors) warmUp(made);
        if (fused == null) steps = vectors;
    }

    private void warmUp(FusedProgram made) {
        var in = new BlockInput[program.inputs()];
        for (int i = 0; i < in.length; i++) in[i] = new BlockInput(numbers(i), 0, null);
        float[] uniform = program.uniforms(in, new float[program.scalars()]);
        var spec = new Spec(Shape.of(BlockRun.BLOCK), DType.F32);
        List<View> out = IntStream.range(0, program.outputs().length)
                .mapToObj(i -> new View(new float[BlockRun.BLOCK], 0, spec))
                .toList();
        // now and then a number beyond what exp can do in a loop, so that C2 compiles the way out too
        var round = new AtomicInteger();
        boolean compiled = WarmUp.compile(() -> run(vectors, made, in, uniform, out), () -> {
            for (var x : in) x.memory()[BlockRun.BLOCK - 1] = round.getAndIncrement() % 4 == 0 ? 100 : 0;
            run(steps, null, in, uniform, out);
        });
        if (compiled) fused = made;
    }

    /// Numbers between -1 and 1.
    private static float[] numbers(int seed) {
        float[] x = new float[BlockRun.BLOCK];
        for (int i = 0; i < x.length; i++) x[i] = (i * 37 + seed * 11) % 101 / 50f - 1;
        return x;
    }

    private void run(Simd simd, FusedProgram made, BlockInput[] in, float[] uniform, List<View> out) {
        for (int i = 0; i < CALLS; i++) BlockRun.run(simd, program, made, in, uniform, out, 0, BlockRun.BLOCK);
    }
}
