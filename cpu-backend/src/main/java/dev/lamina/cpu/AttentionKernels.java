package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Attention;
import dev.lamina.op.AttentionGradient;
import java.util.List;

/// Attention and its gradient: which loops for which type.
final class AttentionKernels {
    private final FloatAttention floats;
    private final FloatAttentionGradient floatGradient;
    private final PlainAttention plain;

    AttentionKernels(Simd simd, Workers workers) {
        floats = new FloatAttention(simd, workers);
        floatGradient = new FloatAttentionGradient(simd, workers);
        plain = new PlainAttention(workers);
    }

    void run(Attention op, List<View> in, List<View> out) {
        var shape = AttentionShape.of(op, in);
        if (out.getFirst().dtype() == DType.F32) floats.run(shape, (float) op.scale(), in, out);
        else plain.run(shape, op.scale(), in, out);
    }

    void gradient(AttentionGradient op, List<View> in, List<View> out) {
        List<View> own = in.subList(0, in.size() - 3);
        List<View> back = in.subList(in.size() - 3, in.size());
        var shape = AttentionShape.of(op.of(), own);
        if (out.getFirst().dtype() == DType.F32)
            floatGradient.run(shape, (float) op.of().scale(), own, back, out);
        else plain.gradient(shape, op.of().scale(), own, back, out);
    }
}
