package dev.lamina.examples;

/// A GPU by the peaks that its maker publishes (NVIDIA's data sheets, SXM boards, dense rates), for estimates on
/// machines that have none.
///
/// @param bandwidth of device memory, bytes/s
/// @param fp32 of the CUDA cores, flop/s
/// @param tf32 of the tensor cores with TF32 operands, flop/s
/// @param bf16 of the tensor cores with BF16 operands, flop/s
record Gpu(String title, double bandwidth, double fp32, double tf32, double bf16) {
    /// What `--roofline` knows.
    enum Name {
        h100(new Gpu("H100 SXM 80 GB", 3.35e12, 66.9e12, 494.7e12, 989.4e12)),
        a100(new Gpu("A100 SXM 80 GB", 2.039e12, 19.5e12, 156e12, 312e12));

        private final Gpu gpu;

        Name(Gpu gpu) {
            this.gpu = gpu;
        }

        Gpu gpu() {
            return gpu;
        }
    }

    /// Seconds that a launch adds on its own, and as a node of a graph: an assumption, of the size that is
    /// commonly measured.
    static final double LAUNCH = 2.5e-6;

    static final double GRAPH_NODE = 1e-6;

    /// The least time for so much work, if all units and all of the memory bandwidth were busy all the time.
    double seconds(KernelCount k) {
        double compute = k.fp32() / fp32 + k.tf32() / tf32 + k.bf16() / bf16;
        return Math.max(k.bytes() / bandwidth, compute);
    }

    boolean boundByMemory(KernelCount k) {
        return k.bytes() / bandwidth >= seconds(k);
    }
}
