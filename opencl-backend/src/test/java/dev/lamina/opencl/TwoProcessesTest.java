package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.testing.Fork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One cache folder, several processes at once: the first to start, and one that finds everything there.
class TwoProcessesTest {
    @TempDir
    Path folder;

    @Test
    void shareOneCache() throws Exception {
        Required.device();
        Path cache = folder.resolve("cache");
        var fork = new Fork(folder, Map.of(), List.of());
        var running = new ArrayList<Fork.Running>();
        for (int i = 0; i < 2; i++) running.add(fork.start(CompileAll.class, cache.toString()));
        for (var r : running) r.output();
        fork.run(CompileAll.class, cache.toString());
        try (var files = Files.list(cache)) {
            assertEquals(6, files.filter(f -> f.toString().endsWith(".bin")).count());
        }
        try (var files = Files.list(cache)) {
            assertEquals(6, files.count(), "files beside the programs");
        }
    }
}
