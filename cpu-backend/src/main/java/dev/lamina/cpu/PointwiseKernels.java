package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Elementwise functions, fused: f32 is computed in blocks that stay in the first-level cache, by a
/// [TieredProgram] that is made once per function; other types go element by element.
final class PointwiseKernels {
    private static final int GRAIN = 16 * BlockRun.BLOCK;
    private static final int PLAIN_GRAIN = 1024;

    private record Key(Elementwise f, List<Boolean> uniform) {}

    private final Simd simd;
    private final Workers workers;
    private final ConcurrentHashMap<Key, TieredProgram> programs = new ConcurrentHashMap<>();

    PointwiseKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    void run(Pointwise op, List<View> in, List<View> out) {
        if (out.getFirst().dtype() == DType.F32) blocks(op, in, out);
        else plain(op, in, out);
    }

    private void blocks(Pointwise op, List<View> in, List<View> out) {
        Shape shape = out.getFirst().shape();
        var uniform = new Boolean[in.size()];
        for (int i = 0; i < uniform.length; i++) uniform[i] = in.get(i).shape().size() == 1;
        var tiered = program(op.f(), List.of(uniform), shape.size());
        var steps = tiered.steps();
        var program = tiered.program();
        var fused = tiered.fused();
        float[] scalars = new float[op.scalars().size()];
        for (int i = 0; i < scalars.length; i++)
            scalars[i] = op.scalars().get(i).floatValue();
        BlockInput[] inputs = new BlockInput[in.size()];
        for (int i = 0; i < inputs.length; i++) inputs[i] = BlockInput.of(in.get(i), shape);
        float[] uniforms = program.uniforms(inputs, scalars);
        workers.loop(
                Math.toIntExact(shape.size()),
                GRAIN,
                (from, to) -> BlockRun.run(steps, program, fused, inputs, uniforms, out, from, to));
    }

    private TieredProgram program(Elementwise f, List<Boolean> uniform, long elements) {
        var tiered = programs.computeIfAbsent(
                new Key(f, uniform), k -> new TieredProgram(BlockProgram.compile(k.f, k.uniform), simd));
        tiered.count(elements);
        return tiered;
    }

    /// A function of one input and no scalars, for so many elements.
    InPlace inPlace(Elementwise f, long elements) {
        var tiered = program(f, List.of(false), elements);
        var program = tiered.program();
        return new InPlace(tiered.steps(), program, tiered.fused(), program.uniforms(new BlockInput[1], new float[0]));
    }

    private void plain(Pointwise op, List<View> in, List<View> out) {
        Shape shape = out.getFirst().shape();
        boolean integral = !out.getFirst().dtype().floating();
        Elements[] x = in.stream().map(Elements::of).toArray(Elements[]::new);
        Elements[] y = out.stream().map(Elements::of).toArray(Elements[]::new);
        Broadcast[] at = in.stream().map(v -> new Broadcast(v.shape(), shape)).toArray(Broadcast[]::new);
        double[] scalars =
                op.scalars().stream().mapToDouble(Double::doubleValue).toArray();
        List<Expr> outputs = op.f().outputs();
        workers.loop(Math.toIntExact(shape.size()), PLAIN_GRAIN, (from, to) -> {
            double[] values = new double[x.length];
            double[] results = new double[y.length];
            for (int i = from; i < to; i++) {
                for (int k = 0; k < x.length; k++) values[k] = x[k].get(at[k].index(i));
                for (int k = 0; k < y.length; k++)
                    results[k] = ScalarExpr.eval(outputs.get(k), values, scalars, integral);
                for (int k = 0; k < y.length; k++) y[k].set(i, results[k]); // an output may be an input
            }
        });
    }

    void cast(View x, View y) {
        int n = Math.toIntExact(y.shape().size());
        if (x.dtype() == DType.U8 && y.dtype() == DType.F32) {
            byte[] a = (byte[]) x.memory();
            float[] b = (float[]) y.memory();
            int ao = (int) x.offset();
            int bo = (int) y.offset();
            workers.loop(n, GRAIN, (from, to) -> {
                for (int i = from; i < to; i++) b[bo + i] = a[ao + i] & 0xFF;
            });
            return;
        }
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        workers.loop(n, GRAIN, (from, to) -> {
            for (int i = from; i < to; i++) b.set(i, a.get(i));
        });
    }
}
