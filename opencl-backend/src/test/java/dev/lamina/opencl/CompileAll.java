package dev.lamina.opencl;

import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Compiles the same few kernels through the cache in the given folder and checks what they compute: run in
/// several JVMs at once.
final class CompileAll {
    private CompileAll() {}

    static void main(String[] args) {
        var cache = new ProgramCache(Path.of(args[0]), "test");
        try (var driver = new OpenClDriver(OpenCl.found().devices().getFirst(), cache, 1 << 16)) {
            for (int k = 0; k < 6; k++) {
                String text = "KERNEL k(GLOBAL float *x) { x[GLOBAL_ID] = GLOBAL_ID * " + k + ".0f; }";
                Object m = driver.allocate(32);
                driver.launch(driver.compile(new KernelText("k", text)), 1, 8, m);
                var out = new float[8];
                driver.download(m, 0, MemorySegment.ofArray(out));
                if (out[7] != 7 * k) throw new AssertionError("kernel " + k + " computed " + out[7]);
                driver.free(m);
            }
        }
    }
}
