package dev.lamina.cuda;

import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The rows as a page for people: kernels that differ in layouts only are one line, with the most they take.
final class KernelTable {
    private KernelTable() {}

    static String page(List<KernelRow> rows) {
        var lines = new StringBuilder();
        rows.stream()
                .collect(groupingBy(
                        r -> r.entry() + " | " + r.variant() + " | " + r.threads(), TreeMap::new, Collectors.toList()))
                .forEach((name, group) -> lines.append(line(name, group)));
        return """
               # CUDA kernels

               What the shipped kernels take, by NVIDIA's assembler (PTX compiler of CUDA 12.6): registers of a thread and
               the part of a multiprocessor's threads that can be resident, for compute capabilities 7.5, 8.0, 8.6 and 9.0.
               Kernels that differ in layouts only are one line, which gives the most of them. None spills a register or
               has a stack. Elementwise kernels are printed for each expression and take at most 64 registers.

               Generated from `kernels.tsv`, which has every kernel; `KernelResourcesTest` assembles a part of them in every
               build and all of them with `-Dlamina.ptx=all`.

               | kernel | variant | threads | kernels | shared bytes | registers 7.5 | 8.0 | 8.6 | 9.0 | occupancy 7.5 | 8.0 | 8.6 | 9.0 |
               |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
               """ + lines;
    }

    private static String line(String name, List<KernelRow> group) {
        int shared = group.stream().mapToInt(KernelRow::shared).max().orElseThrow();
        String registers = IntStream.range(0, KernelRow.ARCHITECTURES.size())
                .map(a ->
                        group.stream().mapToInt(r -> r.registers().get(a)).max().orElseThrow())
                .mapToObj(n -> n == 0 ? "" : "" + n)
                .collect(Collectors.joining(" | "));
        String occupancy = IntStream.range(0, KernelRow.ARCHITECTURES.size())
                .mapToObj(a -> group.getFirst().registers().get(a) == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "%.0f %%",
                                100
                                        * group.stream()
                                                .mapToDouble(r -> r.occupancy(a))
                                                .min()
                                                .orElseThrow()))
                .collect(Collectors.joining(" | "));
        return String.format("| %s | %d | %d | %s | %s |%n", name, group.size(), shared, registers, occupancy);
    }
}
