package dev.lamina.cpu;

import dev.lamina.backend.Backend.View;
import dev.lamina.cpu.BlockProgram.Apply1;
import dev.lamina.cpu.BlockProgram.Apply2;
import dev.lamina.cpu.BlockProgram.Select;
import dev.lamina.cpu.BlockProgram.Step;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// One thread's way through a function, block after block: whole vectors by the function's fused loops where it has
/// some, all else by its steps, each a loop over the block. Both give the same bits. What keeps nothing in scratch
/// does not stop at blocks.
final class BlockRun {
    static final int BLOCK = 1024;
    private static final int SHELF = 16;
    private static final AtomicReferenceArray<BlockRun> IDLE = new AtomicReferenceArray<>(SHELF);

    private Simd simd;
    private BlockProgram program;
    private BlockInput[] in;
    private float[] uniform;
    private List<View> out;
    private float[] scratch;
    private int from;
    private int n;
    private float[][] arrays = new float[8][];
    private int[] offsets = new int[8];

    private BlockRun() {}

    /// Computes elements `from` (inclusive) to `to` (exclusive).
    ///
    /// @param fused the same function as loops, or null
    static void run(
            Simd simd,
            BlockProgram program,
            FusedProgram fused,
            BlockInput[] in,
            float[] uniform,
            List<View> out,
            int from,
            int to) {
        int place = (int) Thread.currentThread().threadId();
        var run = take(place);
        run.simd = simd;
        run.program = program;
        run.in = in;
        run.uniform = uniform;
        run.out = out;
        run.range(fused, from, to);
        run.forget();
        give(place, run);
    }

    /// Threads begin at places of their own, as far as there are some.
    private static BlockRun take(int place) {
        for (int i = 0; i < SHELF; i++) {
            int at = place + i & SHELF - 1;
            if (IDLE.get(at) == null) continue;
            var run = IDLE.getAndSet(at, null);
            if (run != null) return run;
        }
        return new BlockRun();
    }

    private static void give(int place, BlockRun run) {
        for (int i = 0; i < SHELF; i++) if (IDLE.compareAndSet(place + i & SHELF - 1, null, run)) return;
    }

    private void range(FusedProgram fused, int first, int end) {
        boolean direct = program.direct() && readInPlace();
        if (!direct) scratch = Scratch.floats(program.registers() * BLOCK);
        boolean whole = fused != null && fused.direct() && readInPlace();
        for (int i = first; i < end; ) {
            if (whole) i += whole(fused, i, end - i);
            int count = direct ? end - i : Math.min(BLOCK, end - i);
            if (count > 0) block(fused, i, count);
            i += count;
        }
        if (!direct) Scratch.give(scratch);
    }

    private boolean readInPlace() {
        for (int i = 0; i < in.length; i++) if (!in[i].inPlace() && !program.uniformInput(i)) return false;
        return true;
    }

    /// The elements that are done: all whole vectors, or those before one that the loop cannot do.
    private int whole(FusedProgram fused, int first, int count) {
        from = first;
        n = count - count % fused.lanes();
        return loops(fused);
    }

    private void forget() {
        in = null;
        out = null;
        scratch = null;
        Arrays.fill(arrays, null);
    }

    private void block(FusedProgram fused, int first, int count) {
        from = first;
        n = count;
        loadInputs();
        if (fused != null) {
            n = count - count % fused.lanes();
            int done = loops(fused);
            if (done == count) return;
            from = first + done;
            n = count - done;
            if (done > 0) loadInputs();
        }
        steps();
    }

    private void loadInputs() {
        for (int i = 0; i < in.length; i++)
            if (!in[i].inPlace() && !program.uniformInput(i))
                in[i].broadcast().expand(in[i].memory(), in[i].offset(), from, n, scratch, i * BLOCK);
    }

    /// The elements that are done: fewer than n where a loop met a vector it cannot do.
    private int loops(FusedProgram fused) {
        int done = n;
        List<FusedProgram.Part> parts = fused.parts();
        for (int p = 0; p < parts.size(); p++)
            switch (parts.get(p)) {
                case FusedProgram.Plain(Step step, int value) ->
                    execute(step, scratch, program.register(value) * BLOCK);
                case FusedProgram.Loop loop -> {
                    done = loop(loop);
                    if (done < n) return loop.results().length > 0 ? done : 0;
                }
            }
        return done;
    }

    private int loop(FusedProgram.Loop loop) {
        int[] loads = loop.loads();
        int[] stores = loop.stores();
        int count = loads.length + stores.length + loop.results().length;
        if (arrays.length < count) {
            arrays = new float[count][];
            offsets = new int[count];
        }
        int k = 0;
        for (int v : loads) {
            arrays[k] = array(v);
            offsets[k++] = inPlace(v) ? in[v].offset() + from : program.register(v) * BLOCK;
        }
        for (int v : stores) {
            arrays[k] = scratch;
            offsets[k++] = program.register(v) * BLOCK;
        }
        for (int r = 0; r < loop.results().length; r++) {
            View y = out.get(r);
            arrays[k] = (float[]) y.memory();
            offsets[k++] = (int) y.offset() + from;
        }
        return loop.run(n, arrays, offsets, uniform);
    }

    private void steps() {
        var steps = program.steps();
        int[] outputs = program.outputs();
        for (int s = 0; s < steps.size(); s++) {
            boolean last = outputs.length == 1 && s == steps.size() - 1;
            View y = out.getFirst();
            float[] to = last ? (float[]) y.memory() : scratch;
            int at = last ? (int) y.offset() + from : program.register(program.inputs() + s) * BLOCK;
            execute(steps.get(s), to, at);
        }
        if (outputs.length == 1 && !steps.isEmpty()) return;
        for (int v : outputs) // another output may lie where the input does
        if (v >= 0 && inPlace(v)) System.arraycopy(in[v].memory(), at(v), scratch, v * BLOCK, n);
        for (int k = 0; k < outputs.length; k++) store(outputs[k], out.get(k));
    }

    private boolean inPlace(int v) {
        return v < program.inputs() && in[v].inPlace();
    }

    private float[] array(int v) {
        return inPlace(v) ? in[v].memory() : scratch;
    }

    private int at(int v) {
        return inPlace(v) ? in[v].offset() + from : program.register(v) * BLOCK;
    }

    private float uniform(int v) {
        return uniform[-1 - v];
    }

    private void execute(Step s, float[] to, int at) {
        switch (s) {
            case Apply1(var fn, int x) -> simd.unary(fn, n, array(x), at(x), to, at);
            case Apply2(var fn, int a, int b) -> {
                if (a < 0) simd.binary(fn, n, uniform(a), array(b), at(b), to, at);
                else if (b < 0) simd.binary(fn, n, array(a), at(a), uniform(b), to, at);
                else simd.binary(fn, n, array(a), at(a), array(b), at(b), to, at);
            }
            case Select(int c, int y, int no) -> {
                int spare = (program.registers() - 3) * BLOCK;
                spread(c, spare);
                spread(y, spare + BLOCK);
                spread(no, spare + 2 * BLOCK);
                simd.where(
                        n,
                        c < 0 ? scratch : array(c),
                        c < 0 ? spare : at(c),
                        y < 0 ? scratch : array(y),
                        y < 0 ? spare + BLOCK : at(y),
                        no < 0 ? scratch : array(no),
                        no < 0 ? spare + 2 * BLOCK : at(no),
                        to,
                        at);
            }
        }
    }

    private void spread(int v, int at) {
        if (v < 0) Arrays.fill(scratch, at, at + n, uniform(v));
    }

    private void store(int v, View y) {
        float[] to = (float[]) y.memory();
        int at = (int) y.offset() + from;
        if (v < 0) Arrays.fill(to, at, at + n, uniform(v));
        else System.arraycopy(scratch, program.register(v) * BLOCK, to, at, n);
    }
}
