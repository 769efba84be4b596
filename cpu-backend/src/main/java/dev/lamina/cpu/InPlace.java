package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import java.util.List;

/// An elementwise function of one input, over ranges of arrays in place.
record InPlace(Simd simd, BlockProgram program, FusedProgram fused, float[] uniforms) {
    private static final Spec ELEMENT = new Spec(Shape.of(1), DType.F32);

    void run(float[] y, int from, int n) {
        BlockInput[] in = {new BlockInput(y, from, null)};
        BlockRun.run(simd, program, fused, in, uniforms, List.of(new View(y, from, ELEMENT)), 0, n);
    }
}
