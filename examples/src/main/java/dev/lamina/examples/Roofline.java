package dev.lamina.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A step on a GPU as fast as its peaks allow: of each kernel the longer of its memory traffic and its arithmetic, and
/// what launches cost. A bound and no measurement: kernels reach 60 to 90 % of a peak.
/// Source: Williams, Waterman and Patterson, "Roofline", CACM 52 (4), 2009.
record Roofline(Gpu gpu, List<KernelCount> kernels) {
    Roofline {
        var sorted = new ArrayList<>(kernels);
        sorted.sort(Comparator.comparingDouble(gpu::seconds).reversed());
        kernels = sorted;
    }

    long launches() {
        return kernels.stream().mapToLong(KernelCount::launches).sum();
    }

    /// Seconds of the kernels alone.
    double kernelSeconds() {
        return kernels.stream().mapToDouble(gpu::seconds).sum();
    }

    /// Seconds of a step, each kernel launched on its own.
    double eagerSeconds() {
        return kernelSeconds() + launches() * Gpu.LAUNCH;
    }

    /// Seconds of a step that is one CUDA graph.
    double graphSeconds() {
        return kernelSeconds() + Gpu.LAUNCH + launches() * Gpu.GRAPH_NODE;
    }

    /// One line for each kernel and grid, the longest first, and the sums.
    String table() {
        var s = new StringBuilder(String.format(
                Locale.ROOT,
                "%-32s %8s %9s %9s %9s  %-8s %7s %7s %9s%n",
                "kernel, groups x items",
                "launches",
                "MiB",
                "GFLOP",
                "us",
                "bound by",
                "loads",
                "stores",
                "conflicts"));
        for (KernelCount k : kernels)
            s.append(String.format(
                    Locale.ROOT,
                    "%-32s %8d %9.3f %9.4f %9.2f  %-8s %6.0f%% %6.0f%% %8.1f%%%n",
                    k.name(),
                    k.launches(),
                    k.bytes() / 0x1p20,
                    (k.fp32() + k.tf32() + k.bf16()) * 1e-9,
                    gpu.seconds(k) * 1e6,
                    gpu.boundByMemory(k) ? "memory" : "compute",
                    100 * k.loadEfficiency(),
                    100 * k.storeEfficiency(),
                    100 * k.conflicts()));
        KernelCount longest = kernels.getFirst();
        double launching = launches() * Gpu.LAUNCH;
        s.append(String.format(
                Locale.ROOT,
                """

                %s, published peaks: %.2f TB/s, %.1f TFLOP/s FP32, %.0f TF32, %.0f BF16
                kernels %.1f us, %d launches of %.1f us each: %.1f us a step; as one graph %.1f us
                largest term: %s
                an estimate from what the kernels do on a simulated driver, not timed on hardware
                """,
                gpu.title(),
                gpu.bandwidth() * 1e-12,
                gpu.fp32() * 1e-12,
                gpu.tf32() * 1e-12,
                gpu.bf16() * 1e-12,
                kernelSeconds() * 1e6,
                launches(),
                Gpu.LAUNCH * 1e6,
                eagerSeconds() * 1e6,
                graphSeconds() * 1e6,
                launching > gpu.seconds(longest)
                        ? String.format(Locale.ROOT, "launches, %.1f us; then %s", launching * 1e6, longest.name())
                        : longest.name()));
        return s.toString();
    }

    /// For `--json`.
    List<Map<String, Object>> rows() {
        var rows = new ArrayList<Map<String, Object>>();
        for (KernelCount k : kernels) {
            var row = new LinkedHashMap<String, Object>();
            row.put("kernel", k.name());
            row.put("launches", k.launches());
            row.put("bytes", k.bytes());
            row.put("flops", k.fp32() + k.tf32() + k.bf16());
            row.put("seconds", gpu.seconds(k));
            row.put("load_efficiency", k.loadEfficiency());
            row.put("store_efficiency", k.storeEfficiency());
            rows.add(row);
        }
        return rows;
    }
}
