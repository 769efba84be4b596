package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels that were not shipped, compiled where they are needed.
class NvrtcTest {
    private static final KernelText TWICE = new KernelText(
            "twice", "#line 1 \"twice.c\"\nKERNEL twice(GLOBAL float *x) {\n    x[GLOBAL_ID] *= 2;\n}\n");

    @TempDir
    Path folder;

    private static CudaDevice device(int capability, int driver) {
        return new CudaDevice(0, "a device", capability, driver, 1 << 30, 10, true);
    }

    private static Library library() {
        Library l = Nvrtc.library();
        assumeTrue(l.usable(), () -> "NVRTC compiles nothing here: " + l.problem());
        return l;
    }

    private ProgramCache cache() {
        return new ProgramCache(folder, "PTX");
    }

    @Test
    void withoutACompilerTheMessageSaysWhatToDo() {
        var missing = new Library(null, "no libnvrtc.so.12");
        var e = assertThrows(KernelException.class, () -> Nvrtc.ptx(missing, TWICE, device(80, 12060), cache()));
        assertEquals(
                "kernel twice is not among those that were compiled ahead of time, as with tiles that a tuner chose,"
                        + " and NVRTC cannot compile it: no libnvrtc.so.12; install it, or remove the tuning from the"
                        + " cache folder (LAMINA_CACHE)",
                e.getMessage());
    }

    @Test
    void theNewestArchitectureThatDeviceAndCompilerKnow() {
        assertEquals(75, Nvrtc.architecture(75, 12060));
        assertEquals(80, Nvrtc.architecture(80, 12000));
        assertEquals(86, Nvrtc.architecture(87, 12060));
        assertEquals(90, Nvrtc.architecture(90, 12060));
        assertEquals(90, Nvrtc.architecture(120, 12060));
        assertEquals(100, Nvrtc.architecture(103, 12080));
        assertEquals(120, Nvrtc.architecture(121, 12090));
    }

    @Test
    void headersForOlderDrivers() {
        String ptx = "//\n.version 8.5\n.target sm_90\n.version 8.5";
        assertEquals("//\n.version 7.0\n.target sm_90\n.version 8.5", Nvrtc.lowered(ptx, 80));
        assertEquals("//\n.version 7.1\n.target sm_90\n.version 8.5", Nvrtc.lowered(ptx, 86));
        assertEquals("//\n.version 7.8\n.target sm_90\n.version 8.5", Nvrtc.lowered(ptx, 90));
        assertEquals(ptx, Nvrtc.lowered(ptx, 100));
    }

    @Test
    void aTextIsCompiledOnceForADevice() throws Exception {
        Library l = library();
        String ptx = Nvrtc.ptx(l, TWICE, device(90, 12060), cache());
        assertTrue(ptx.contains(".target sm_90"), ptx);
        assertTrue(ptx.contains(".visible .entry twice("), ptx);
        assertEquals(ptx, Nvrtc.ptx(l, TWICE, device(90, 12060), cache()));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
        assertTrue(Nvrtc.ptx(l, TWICE, device(80, 12000), cache()).contains(".version 7.0"));
    }

    @Test
    void itRunsOnTheDevice() {
        Library l = library();
        Cudasim.load();
        Cudasim.reset();
        var none = new Library(null, "none");
        var driver = new CudaDriver(Cuda.found().devices().getFirst(), 1 << 12, () -> none, () -> l);
        try {
            Object m = driver.allocate(256);
            var values = new float[64];
            for (int i = 0; i < values.length; i++) values[i] = i;
            driver.upload(MemorySegment.ofArray(values), m, 0);
            driver.launch(driver.compile(TWICE), 1, 64, m);
            driver.download(m, 0, MemorySegment.ofArray(values));
            for (int i = 0; i < values.length; i++) assertEquals(2 * i, values[i]);
            driver.free(m);
        } finally {
            driver.close();
        }
    }

    /// Every shipped kernel compiles with this compiler too.
    @Test
    void theKernelsOfTheSet() {
        Library l = library();
        var texts = List.copyOf(CudaLimits.texts());
        for (int i = 0; i < texts.size(); i += texts.size() / 20)
            assertTrue(Nvrtc.ptx(l, texts.get(i), device(80, 12060), cache())
                    .contains(texts.get(i).entry()));
    }

    @Test
    void anErrorPointsIntoTheText() {
        Library l = library();
        var broken = new KernelText("broken", "#line 1 \"broken.c\"\nKERNEL broken() {\n    int x = y;\n}\n");
        var e = assertThrows(KernelException.class, () -> Nvrtc.ptx(l, broken, device(80, 12060), cache()));
        assertTrue(
                e.getMessage().startsWith("kernel broken does not compile (NVRTC_ERROR_COMPILATION)"), e.getMessage());
        assertTrue(e.getMessage().contains("broken.c(2): error: identifier \"y\" is undefined"), e.getMessage());
    }
}
