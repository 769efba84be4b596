package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels on oclgrind, which finds data races, accesses out of bounds and divergent barriers. It only prints them, so
/// whatever is printed beside our own lines is a finding.
class OclgrindTest {
    private static final List<Path> PLACES = Stream.of(
                    "/usr/lib/oclgrind", "/usr/local/lib/oclgrind", "/usr/lib", "/usr/local/lib", "/usr/lib64")
            .map(p -> Path.of(p, "liboclgrind-rt-icd.so"))
            .toList();

    @TempDir
    Path folder;

    /// Input elements of a case at most: oclgrind is about a thousand times slower than PoCL.
    private static final String ELEMENTS = System.getProperty("lamina.oclgrind.elements", "600");

    /// Cases of each op at most.
    private static final String EACH = System.getProperty("lamina.oclgrind.each", "1");

    /// What was printed below each name.
    private Map<String, List<String>> run(String... args) throws IOException, InterruptedException {
        var library = PLACES.stream().filter(Files::exists).findFirst();
        Require.backend("opencl", library.isPresent(), "oclgrind is not installed (apt install oclgrind)");
        Path vendors = Files.createDirectory(folder.resolve("vendors"));
        Files.writeString(vendors.resolve("oclgrind.icd"), library.orElseThrow() + "\n");
        var environment = Map.of(
                "OCL_ICD_VENDORS", vendors.toString(),
                "OCLGRIND_BUILD_OPTIONS", "-O2",
                "OCLGRIND_DATA_RACES", "1",
                "OCLGRIND_CHECK_API", "1",
                "OCLGRIND_LOCAL_MEM_SIZE", Integer.toString(48 * 1024),
                "OCLGRIND_GLOBAL_MEM_SIZE", Integer.toString(256 << 20));
        // Kernels cannot be kept here, and that need not be said.
        var flags = List.of("-Djava.util.logging.config.file=" + Files.writeString(folder.resolve("log"), ".level=OFF"));
        return findings(new Fork(folder, environment, flags).run(OclgrindRun.class, args));
    }

    private static Map<String, List<String>> findings(String output) {
        var below = new LinkedHashMap<String, List<String>>();
        List<String> current = below.computeIfAbsent("start", _ -> new ArrayList<>());
        for (String line : output.lines().toList()) {
            if (line.startsWith("> ")) current = below.computeIfAbsent(line.substring(2), _ -> new ArrayList<>());
            else if (!line.isBlank() && !line.startsWith("WARNING: Using incubator modules")) current.add(line);
        }
        assertTrue(below.containsKey("done"), output);
        return below;
    }

    private static void assertNothing(Map<String, List<String>> findings) {
        var found = new LinkedHashMap<>(findings);
        found.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), found);
    }

    @Test
    void everyOpIsCleanOnTinyShapes() throws Exception {
        var below = run("cases", ELEMENTS, EACH);
        assertTrue(below.size() > 50, below.keySet()::toString);
        assertNothing(below);
    }

    @Test
    void opsThatWorkInGroupsAreClean() throws Exception {
        var below = run("groups");
        assertEquals(GroupOps.count() + 2, below.size(), below.keySet()::toString); // start and done
        assertNothing(below);
    }

    @Test
    void plantedFaultsAreFound() throws Exception {
        var names = new ArrayList<>(OclgrindRun.KERNELS.keySet());
        names.addFirst("kernels");
        var below = run(names.toArray(String[]::new));
        assertEquals(List.of(), below.remove(OclgrindRun.SOUND));
        assertEquals(List.of(), below.remove("start"));
        assertEquals(List.of(), below.remove("done"));
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
