package dev.lamina;

import java.util.function.Supplier;

/// How exactly matrix products and convolutions treat their operands, chosen for a scope:
/// `Precision.BF16.with(() -> trainer.fit(...))`. Tensors stay f32 and sums are f32 in every case. Gradients that
/// are taken inside the scope follow it too.
///
/// A device without units for a format computes in f32, which is more exact: the CPU and OpenCL devices always
/// do. Tensors of other types than f32 are not concerned.
public enum Precision {
    /// Products of f32 operands: 24 significant bits. The default.
    FP32,
    /// Operands rounded to 11 significant bits, with the range of f32: NVIDIA tensor cores from Ampere on.
    TF32,
    /// Operands rounded to 8 significant bits, with the range of f32 (bfloat16).
    BF16;

    private static final ScopedValue<Precision> CURRENT = ScopedValue.newInstance();

    /// The precision of this scope.
    public static Precision current() {
        return CURRENT.isBound() ? CURRENT.get() : FP32;
    }

    /// Runs `body` in this precision.
    public <T> T with(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }

    /// Runs `body` in this precision.
    public void run(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }
}
