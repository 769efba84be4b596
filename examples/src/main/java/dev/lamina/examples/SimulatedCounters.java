package dev.lamina.examples;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.lamina.Device;
import dev.lamina.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The counters of the simulated CUDA driver, which the launcher loads for `--device cuda:sim`.
final class SimulatedCounters {
    private static final String LIBRARY = "lamina.cuda.library";
    private static final long MOST = 1 << 22;
    private static final int SECTOR = 32;

    private final SymbolLookup library;

    /// @throws DeviceException if `device` is not that of the simulated driver
    SimulatedCounters(Device device) {
        String path = System.getProperty(LIBRARY);
        if (path == null || !device.id().startsWith("cuda:sim"))
            throw new DeviceException("bench --roofline: " + device.id()
                    + " does not count what kernels do; use --device cuda:sim, the simulated driver");
        library = open(path);
    }

    @SuppressWarnings("restricted") // calls C
    private static SymbolLookup open(String path) {
        return SymbolLookup.libraryLookup(Path.of(path), Arena.global());
    }

    /// What the kernels of `work` do, by kernel.
    List<KernelCount> count(Device device, Runnable work) {
        device.sync();
        set("count", "1");
        read();
        work.run();
        device.sync();
        set("count", "0");
        return counts(read());
    }

    private void set(String name, String value) {
        try (var arena = Arena.ofConfined()) {
            int result = (int) function(
                            "cudasim_set",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value));
            if (result != 0) throw new IllegalStateException("the simulated driver has no setting " + name);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private String read() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MOST);
            long n = (long) function(
                            "cudasim_counters",
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                    .invokeExact(text, MOST);
            if (n >= MOST) throw new IllegalStateException("the simulated driver counted " + n + " bytes of text");
            return text.getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted") // calls C
    private MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /// @param json an object by kernel and grid
    static List<KernelCount> counts(String json) {
        var all = new ArrayList<KernelCount>();
        try {
            JSON.std.mapFrom(json).forEach((kernel, value) -> all.add(count(kernel, (Map<?, ?>) value)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static KernelCount count(String kernel, Map<?, ?> c) {
        double accesses = number(c, "shared_accesses");
        return new KernelCount(
                kernel,
                (long) number(c, "launches"),
                number(c, "fp32"),
                number(c, "tf32"),
                number(c, "bf16"),
                SECTOR * number(c, "distinct_sectors"),
                efficiency(c, "load"),
                efficiency(c, "store"),
                accesses == 0 ? 0 : number(c, "shared_passes") / accesses - 1);
    }

    private static double efficiency(Map<?, ?> c, String what) {
        double sectors = number(c, what + "_sectors");
        return sectors == 0 ? 1 : Math.min(1, number(c, what + "_bytes") / (SECTOR * sectors));
    }

    private static double number(Map<?, ?> c, String name) {
        return ((Number) c.get(name)).doubleValue();
    }
}
