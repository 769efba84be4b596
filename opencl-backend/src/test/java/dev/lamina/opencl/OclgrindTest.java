package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.testing.CaseSweep;
import dev.lamina.testing.Fork;
import dev.lamina.testing.Require;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels on oclgrind, which finds data races, accesses out of bounds and divergent barriers. It only prints
/// them, so whatever is printed beside our own lines is a finding.
class OclgrindTest {
    private static final List<Path> PLACES = Stream.of(
                    "/usr/lib/oclgrind", "/usr/local/lib/oclgrind", "/usr/lib", "/usr/local/lib", "/usr/lib64")
            .map(p -> Path.of(p, "liboclgrind-rt-icd.so"))
            .toList();

    /// Oclgrind is about a thousand times slower than PoCL.
    private static final int MOST_ELEMENTS = Integer.getInteger("lamina.oclgrind.elements", 2000);

    private static final int CASES_OF_EACH_OP = Integer.getInteger("lamina.oclgrind.each", 3);

    /// What the optimiser makes of `x < 0 ? -x : x` on integers, and oclgrind 21.10 does not know.
    private static final String UNKNOWN_TO_OCLGRIND = "Undefined external function: llvm.";

    @TempDir
    Path folder;

    private final Set<String> files = new TreeSet<>();

    /// What was printed below each name.
    private Map<String, List<String>> run(String what, String options, Collection<String> names)
            throws IOException, InterruptedException {
        var library = PLACES.stream().filter(Files::exists).findFirst();
        Require.backend("opencl", library.isPresent(), "oclgrind is not installed (apt install oclgrind)");
        Path vendors = Files.createDirectories(folder.resolve("vendors"));
        Files.writeString(vendors.resolve("oclgrind.icd"), library.orElseThrow() + "\n");
        var environment = Map.of(
                "OCL_ICD_VENDORS",
                vendors.toString(),
                "OCLGRIND_BUILD_OPTIONS",
                options,
                "OCLGRIND_DATA_RACES",
                "1",
                "OCLGRIND_CHECK_API",
                "1",
                "OCLGRIND_LOCAL_MEM_SIZE",
                Integer.toString(48 * 1024),
                "OCLGRIND_GLOBAL_MEM_SIZE",
                Integer.toString(256 << 20));
        var args = Stream.concat(Stream.of(what), names.stream()).toArray(String[]::new);
        return findings(new Fork(folder, environment, List.of()).run(OclgrindRun.class, args));
    }

    private Map<String, List<String>> findings(String output) {
        var below = new LinkedHashMap<String, List<String>>();
        List<String> current = below.computeIfAbsent("start", _ -> new ArrayList<>());
        for (String line : output.lines().toList()) {
            if (line.startsWith(OclgrindRun.FILE_LINE)) files.add(line.substring(OclgrindRun.FILE_LINE.length()));
            else if (line.startsWith("> ")) current = below.computeIfAbsent(line.substring(2), _ -> new ArrayList<>());
            else if (!line.isBlank() && !line.startsWith("WARNING: Using incubator modules")) current.add(line);
        }
        assertTrue(below.containsKey("done"), output);
        return below;
    }

    /// Every kernel file of the jar, some of them in several variants, and every op.
    @Test
    void everyOpAndEveryKernelIsClean() throws Exception {
        var names = CaseSweep.sample(MOST_ELEMENTS, CASES_OF_EACH_OP);
        var found = run("cases", "-O2", names);
        var unknown = new ArrayList<String>();
        found.forEach((name, lines) -> {
            if (lines.stream().anyMatch(line -> line.contains(UNKNOWN_TO_OCLGRIND))) unknown.add(name);
        });
        if (!unknown.isEmpty()) found.putAll(run("cases", "-O0", unknown));
        found.putAll(run("larger", "-O2", OclgrindRun.LARGER.keySet()));
        var kernels = kernelFiles();
        kernels.removeAll(files);
        assertEquals(Set.of(), kernels, "kernels that did not run");
        found.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), found);
        assertTrue(names.size() > 200, names::toString);
        System.out.println("oclgrind: " + names.size() + " op cases and " + OclgrindRun.LARGER.size() + " larger ones, "
                + files.size() + " kernel texts, no finding; " + unknown.size() + " of them at -O0");
    }

    private static Set<String> kernelFiles() throws IOException, URISyntaxException {
        var uri = GpuDriver.class.getResource("gemm.c").toURI();
        if (!uri.getScheme().equals("jar")) return sources(Path.of(uri).getParent());
        try (var jar = FileSystems.newFileSystem(uri, Map.of())) {
            return sources(jar.getPath("/dev/lamina/kernels"));
        }
    }

    private static Set<String> sources(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".c"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void plantedFaultsAreFound() throws Exception {
        var below = run("kernels", "-O2", OclgrindRun.KERNELS.keySet());
        for (String clean : List.of("start", OclgrindRun.SOUND, "done")) assertEquals(List.of(), below.remove(clean));
        var expected = Map.of(
                "missing barrier", "data race at local memory",
                "divergent barrier", "Work-group divergence detected",
                "unguarded edge", "Invalid write of size 4 at global memory",
                "plain scatter", "data race at global memory");
        assertEquals(expected.keySet(), below.keySet());
        expected.forEach((name, words) -> assertTrue(
                below.get(name).stream().anyMatch(line -> line.contains(words)), () -> name + ": " + below.get(name)));
    }
}
