package dev.lamina.examples;

/// What all launches of one kernel did, as the simulated driver counts it.
///
/// @param fp32 floating-point operations of the CUDA cores (a fused multiply-add is two)
/// @param tf32 those of the tensor cores with TF32 operands
/// @param bf16 those of the tensor cores with BF16 or FP16 operands
/// @param bytes 32-byte sectors of device memory that a launch touches, each counted once: what caches cannot
///     spare
/// @param loadEfficiency bytes used for each byte of the sectors that loads ask for
/// @param storeEfficiency the same for stores
/// @param conflicts extra passes over shared memory for each access
record KernelCount(
        String name,
        long launches,
        double fp32,
        double tf32,
        double bf16,
        double bytes,
        double loadEfficiency,
        double storeEfficiency,
        double conflicts) {}
