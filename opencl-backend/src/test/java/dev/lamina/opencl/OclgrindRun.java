package dev.lamina.opencl;

import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.Scope;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.ProgramCache;
import dev.lamina.testing.CaseSweep;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What runs on oclgrind, in a JVM of its own: op cases, or kernels with a fault. Prints `> name` before each, so that
/// what oclgrind prints stands below the name of its cause.
final class OclgrindRun {
    static final String SOUND = "sound";

    private record Fault(String kernel, int groups, int groupSize) {}

    /// Each takes `x [10]`, which two groups of 8 must guard, and `i [10]`, where indices come twice.
    static final Map<String, Fault> KERNELS = Map.of(
            SOUND,
            new Fault(
                    """
                    SHARED float s[8];
                    s[LOCAL_ID] = GLOBAL_ID < n ? x[GLOBAL_ID] : 0.0f;
                    SYNC;
                    if (GLOBAL_ID < n) x[GLOBAL_ID] = s[7 - LOCAL_ID];
                    """,
                    2,
                    8),
            "missing barrier",
            new Fault(
                    """
                    SHARED float s[8];
                    s[LOCAL_ID] = GLOBAL_ID < n ? x[GLOBAL_ID] : 0.0f;
                    if (GLOBAL_ID < n) x[GLOBAL_ID] = s[7 - LOCAL_ID];
                    """,
                    2,
                    8),
            "divergent barrier",
            new Fault("if (LOCAL_ID < 4) SYNC; if (GLOBAL_ID < n) x[GLOBAL_ID] = 1.0f;", 2, 8),
            "unguarded edge",
            new Fault("x[GLOBAL_ID] = 1.0f;", 2, 8),
            "plain scatter",
            new Fault("if (GLOBAL_ID < n) x[i[GLOBAL_ID]] += 1.0f;", 2, 8));

    private OclgrindRun() {}

    /// @param args `kernels name ...`, `cases name ...` or `groups`
    static void main(String[] args) {
        var found = OpenCl.found();
        if (found.devices().size() != 1 || !found.devices().getFirst().name().contains("Oclgrind"))
            throw new AssertionError("not oclgrind but " + found);
        // A folder below a file: nothing that was compiled for another device, or kept.
        var cache = new ProgramCache(Path.of("/dev/null/none"), "oclgrind");
        try (var driver = new OpenClDriver(found.devices().getFirst(), cache, 1 << 16)) {
            var device = Device.of("oclgrind", new KernelBackend(driver));
            if (args[0].equals("groups")) GroupOps.run(device);
            for (String name : List.of(args).subList(1, args.length)) {
                System.out.println("> " + name);
                if (args[0].equals("kernels")) kernel(driver, name);
                else opCase(device, name);
            }
        }
        System.out.println("> done");
    }

    private static void kernel(OpenClDriver driver, String name) {
        var fault = KERNELS.get(name);
        String text = driver.prelude() + "KERNEL k(GLOBAL float *x, GLOBAL const int *i, int n) {\n" + fault.kernel()
                + "\n}\n";
        Object x = driver.allocate(10 * Float.BYTES);
        Object i = driver.allocate(10 * Integer.BYTES);
        driver.upload(MemorySegment.ofArray(new float[10]), x, 0);
        driver.upload(MemorySegment.ofArray(new int[] {0, 1, 2, 3, 3, 2, 1, 0, 9, 9}), i, 0);
        driver.launch(driver.compile(text, "k"), fault.groups(), fault.groupSize(), x, i, 10);
        driver.sync();
        driver.free(x);
        driver.free(i);
    }

    private static void opCase(Device device, String name) {
        try {
            Scope.run(() -> CaseSweep.run(name, device));
        } catch (AssertionError | LaminaException e) {
            System.out.println(e.getMessage());
        }
    }
}
