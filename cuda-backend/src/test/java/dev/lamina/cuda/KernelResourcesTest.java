package dev.lamina.cuda;

import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.kernels.KernelText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Registers, shared memory and spills of every shipped kernel, by NVIDIA's assembler, which JCuda's natives hold.
/// `-Dlamina.ptx=write` assembles those that have no row yet, `all` all of them (minutes), otherwise a part.
class KernelResourcesTest {
    private static final Path ROWS = Path.of("src/test/resources/dev/lamina/cuda/kernels.tsv");
    private static final Path PAGE = Path.of("../docs/cuda-kernels.md");
    private static final int SHARED = 48 * 1024;
    private static final int REGISTERS = 65536;
    private static final int PART = 64;

    private static Collection<List<KernelText>> modules() {
        return CudaLimits.texts().stream()
                .collect(groupingBy(ShippedPtx::file, TreeMap::new, Collectors.toList()))
                .values();
    }

    private static List<KernelRow> assemble(Collection<List<KernelText>> modules) {
        return modules.parallelStream()
                .flatMap(m -> KernelRow.assemble(m).stream())
                .toList();
    }

    private static List<KernelRow> rows() throws Exception {
        return Files.readAllLines(ROWS).stream().map(KernelRow::read).toList();
    }

    /// The name of a shipped file changes with its text, so a row of that name still holds.
    private static List<KernelRow> written(Collection<List<KernelText>> modules) throws Exception {
        var known =
                (Files.exists(ROWS) ? rows() : List.<KernelRow>of()).stream().collect(groupingBy(KernelRow::file));
        return modules.stream()
                .flatMap(m -> {
                    var rows = known.getOrDefault(ShippedPtx.file(m.getFirst()), List.of());
                    return rows.size() == m.size() ? rows.stream() : KernelRow.assemble(m).stream();
                })
                .toList();
    }

    @Test
    void theTableIsTrue() throws Exception {
        String mode = System.getProperty("lamina.ptx", "");
        var modules = List.copyOf(modules());
        if (mode.equals("write")) {
            Files.createDirectories(ROWS.getParent());
            Files.write(ROWS, written(modules).stream().map(KernelRow::line).toList());
        }
        var rows = rows();
        assertEquals(
                modules.stream()
                        .flatMap(List::stream)
                        .map(t -> t.entry() + " " + ShippedPtx.file(t))
                        .sorted()
                        .toList(),
                rows.stream().map(r -> r.entry() + " " + r.file()).sorted().toList(),
                "the kernels of " + ROWS + ", made anew by -Dlamina.ptx=write");
        int step = mode.equals("all") ? 1 : PART;
        var part = IntStream.range(0, modules.size())
                .filter(i -> i % step == 0)
                .mapToObj(modules::get)
                .toList();
        for (KernelRow r : assemble(part)) assertTrue(rows.contains(r), () -> "not in " + ROWS + ": " + r.line());
    }

    @Test
    void everyKernelFitsEveryDevice() throws Exception {
        for (KernelRow r : rows()) {
            assertTrue(r.shared() <= SHARED, r::line);
            for (int n : r.registers()) assertTrue(n * r.threads() <= REGISTERS, r::line);
            assertTrue(r.occupancy(1) > 0, r::line);
        }
    }

    @Test
    void thePageIsThatOfTheTable() throws Exception {
        String page = KernelTable.page(rows());
        if ("write".equals(System.getProperty("lamina.docs"))) Files.writeString(PAGE, page);
        assertEquals(page, Files.readString(PAGE), "write it with -Dlamina.docs=write");
    }
}
