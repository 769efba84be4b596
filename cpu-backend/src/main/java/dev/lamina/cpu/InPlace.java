package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import java.util.List;

/// An elementwise function of one input, over ranges of arrays in place. What names an array is made once for
/// as long as calls are for the same one.
final class InPlace {
    private static final Spec ELEMENT = new Spec(Shape.of(1), DType.F32);

    private record Target(float[] y, BlockInput[] in, List<View> out) {
        static Target of(float[] y) {
            return new Target(y, new BlockInput[] {new BlockInput(y, 0, null)}, List.of(new View(y, 0, ELEMENT)));
        }
    }

    private final Simd simd;
    private final BlockProgram program;
    private final FusedProgram fused;
    private final float[] uniforms;
    /// Threads may replace each other's: then one more is made.
    private Target last;

    InPlace(Simd simd, BlockProgram program, FusedProgram fused, float[] uniforms) {
        this.simd = simd;
        this.program = program;
        this.fused = fused;
        this.uniforms = uniforms;
    }

    void run(float[] y, int from, int n) {
        Target target = last;
        if (target == null || target.y != y) last = target = Target.of(y);
        BlockRun.run(simd, program, fused, target.in, uniforms, target.out, from, from + n);
    }
}
