package dev.lamina.cuda;

import dev.lamina.kernels.KernelText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a shipped kernel takes of a multiprocessor: one line of `kernels.tsv`.
///
/// @param file the module
/// @param variant its definitions of a type and a tile, such as `float 128x128x16`
/// @param threads of a block
/// @param shared bytes of shared memory of a block
/// @param registers of a thread, by `ARCHITECTURES`; 0 where the kernel does not run
record KernelRow(String entry, String variant, String file, int threads, int shared, List<Integer> registers) {
    static final List<String> ARCHITECTURES = List.of("sm_75", "sm_80", "sm_86", "sm_90");

    /// Of each architecture: threads, shared bytes of a multiprocessor.
    private static final Map<String, int[]> LIMITS = Map.of(
            "sm_75", new int[] {1024, 65536},
            "sm_80", new int[] {2048, 167936},
            "sm_86", new int[] {1536, 102400},
            "sm_90", new int[] {2048, 233472});

    private static final int REGISTERS = 65536;
    private static final int WARP_REGISTERS = 256;
    private static final int MOST_BLOCKS = 32;
    private static final int USUAL_GROUP = 128;
    private static final Pattern DEFINE = Pattern.compile("(?m)^#define (\\w+) (\\S+)$");

    /// Assembles the kernels of a module.
    static List<KernelRow> assemble(List<KernelText> texts) {
        KernelText first = texts.getFirst();
        String ptx = ShippedPtx.of(first).orElseThrow();
        var got = ARCHITECTURES.stream()
                .map(a -> runsOn(first, a) ? Ptxas.all(ptx, a) : Map.<String, Ptxas>of())
                .toList();
        var rows = new ArrayList<KernelRow>();
        for (KernelText t : texts) {
            var each = got.stream().map(m -> m.get(t.entry())).toList();
            for (int a = 0; a < each.size(); a++) {
                Ptxas p = each.get(a);
                if (p != null && p.spilled() + p.stack() > 0)
                    throw new AssertionError(
                            t.entry() + " " + variant(t) + " spills on " + ARCHITECTURES.get(a) + ": " + p);
            }
            rows.add(new KernelRow(
                    t.entry(),
                    variant(t),
                    ShippedPtx.file(t),
                    threads(defines(t)),
                    each.getLast().shared(),
                    each.stream().map(p -> p == null ? 0 : p.registers()).toList()));
        }
        return rows;
    }

    private static boolean runsOn(KernelText text, String arch) {
        return !text.source().contains(ShippedPtx.TENSOR_CORES) || !arch.equals("sm_75");
    }

    private static Map<String, String> defines(KernelText text) {
        return DEFINE.matcher(text.source())
                .results()
                .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2), (a, b) -> a));
    }

    private static String variant(KernelText text) {
        var d = defines(text);
        String type = d.containsKey("BF16") ? d.get("BF16").equals("1") ? "bf16" : "tf32" : d.getOrDefault("T", "");
        return d.containsKey("TM") ? type + " " + d.get("TM") + "x" + d.get("TN") + "x" + d.get("TK") : type;
    }

    private static int threads(Map<String, String> d) {
        if (d.containsKey("WM")) return number(d, "TM") / number(d, "WM") * number(d, "TN") / number(d, "WN") * 32;
        if (d.containsKey("RM")) return number(d, "TM") / number(d, "RM") * number(d, "TN") / number(d, "RN");
        return USUAL_GROUP;
    }

    private static int number(Map<String, String> defines, String name) {
        return Integer.parseInt(defines.get(name));
    }

    /// Resident threads over those that fit, as the CUDA programming guide counts them.
    double occupancy(int architecture) {
        int[] limits = LIMITS.get(ARCHITECTURES.get(architecture));
        int warps = Math.ceilDiv(threads, 32);
        int perWarp = Math.ceilDiv(registers.get(architecture) * 32, WARP_REGISTERS) * WARP_REGISTERS;
        int byRegisters = REGISTERS / Math.max(1, perWarp) / warps;
        int byShared = shared == 0 ? MOST_BLOCKS : limits[1] / (shared + 1024);
        int byThreads = limits[0] / threads;
        int blocks = Math.min(Math.min(byRegisters, byShared), Math.min(byThreads, MOST_BLOCKS));
        return (double) blocks * threads / limits[0];
    }

    String line() {
        return String.join(
                "\t",
                entry,
                variant,
                file,
                "" + threads,
                "" + shared,
                registers.stream().map(String::valueOf).collect(Collectors.joining("\t")));
    }

    static KernelRow read(String line) {
        String[] f = line.split("\t");
        return new KernelRow(
                f[0],
                f[1],
                f[2],
                Integer.parseInt(f[3]),
                Integer.parseInt(f[4]),
                Arrays.stream(f).skip(5).map(Integer::valueOf).toList());
    }
}
