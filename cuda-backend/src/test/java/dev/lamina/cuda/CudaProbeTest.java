package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lamina.testing.Fork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A probe says what there is, or exactly why a device cannot be used and what to do; it never throws.
class CudaProbeTest {
    @TempDir
    Path folder;

    /// @param environment settings of the simulated driver
    private String simulated(Map<String, String> environment, String... devices) throws Exception {
        Cudasim.load();
        return new Fork(folder, environment, List.of("-Dlamina.cuda.library=" + Cudasim.library()))
                .run(PrintCuda.class, devices);
    }

    private static void assertSays(String out, String... parts) {
        for (String part : parts) assertTrue(out.contains(part), () -> "no '" + part + "' in: " + out);
        assertFalse(out.contains("Exception in thread"), out);
    }

    @Test
    void withoutADriver() throws Exception {
        assumeFalse(driverIsHere(), "this machine has an NVIDIA driver: what is said without one is not tested");
        String out = new Fork(folder, Map.of(), List.of()).run(PrintCuda.class, "cuda:0");
        assertSays(
                out,
                "cuda | GPU | CUDA | no NVIDIA driver: libcuda.so.1",
                "install the driver of your GPU, version 525 or newer",
                "cuda:0: ",
                "--gpus all");
    }

    private static boolean driverIsHere() {
        return List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/wsl/lib").stream()
                .anyMatch(f -> Files.exists(Path.of(f, "libcuda.so.1")));
    }

    @Test
    void whatIsThere() throws Exception {
        assertSays(
                simulated(Map.of(), "cuda:sim"),
                "cuda:sim | EMULATED | cudasim, compute capability 8.0, driver for CUDA 12.6, 108 multiprocessors, 4.0 GiB",
                "| null",
                "cuda:sim: [11.0, 12.0]");
    }

    @Test
    void severalDevices() throws Exception {
        assertSays(
                simulated(Map.of("CUDASIM_DEVICES", "2"), "cuda:sim", "cuda:sim1", "cuda:sim2"),
                "cuda:sim1 | EMULATED",
                "cuda:sim: [11.0, 12.0]",
                "cuda:sim1: [11.0, 12.0]",
                "cuda:sim2: device cuda:sim2 is not known");
    }

    @Test
    void withoutADevice() throws Exception {
        assertSays(
                simulated(Map.of("CUDASIM_DEVICES", "0"), "cuda:0"),
                "cuda | GPU | CUDA | the NVIDIA driver finds no device; check nvidia-smi, and CUDA_VISIBLE_DEVICES");
    }

    @Test
    void anOldDriver() throws Exception {
        assertSays(
                simulated(Map.of("CUDASIM_DRIVER", "11080")),
                "the NVIDIA driver is of CUDA 11.8, older than 12.0; install driver 525 or newer");
    }

    @Test
    void anOldDevice() throws Exception {
        assertSays(
                simulated(Map.of("CUDASIM_SM", "70"), "cuda:sim"),
                "its compute capability is below 7.5 (Turing)",
                "cuda:sim: ",
                "such as opencl:0 on the same GPU");
    }

    @Test
    void aDriverThatDoesNotKnowTheKernels() throws Exception {
        assertSays(
                simulated(Map.of("CUDASIM_PTX", "6.3"), "cuda:sim"),
                "CUDA_ERROR_UNSUPPORTED_PTX_VERSION; the driver is older than the kernels");
    }

    @Test
    void aDeviceWithoutRoom() throws Exception {
        assertSays(simulated(Map.of("CUDASIM_MEM", "1000"), "cuda:sim"), "cuda:sim: ", "CUDA_ERROR_OUT_OF_MEMORY");
    }

    @Test
    void aLibraryThatIsNone() throws Exception {
        Path broken = Files.writeString(folder.resolve("libcuda.so.1"), "broken");
        String out = new Fork(folder, Map.of(), List.of("-Dlamina.cuda.library=" + broken)).run(PrintCuda.class);
        assertSays(out, "cuda | GPU | CUDA | lamina.cuda.library=" + broken + " cannot be loaded: ");
    }
}
