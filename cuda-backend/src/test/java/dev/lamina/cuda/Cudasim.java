package dev.lamina.cuda;

import dev.lamina.Device;
import dev.lamina.testing.Require;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/// The simulated driver of the tests: built once, loaded before anything asks for a driver.
final class Cudasim {
    private static final Path FOLDER = Path.of("target/cudasim").toAbsolutePath();
    private static final long MOST = 1 << 22;

    private static final class Built {
        static final String PROBLEM = build();
    }

    private Cudasim() {}

    private static String build() {
        try {
            var process = new ProcessBuilder("src/test/cudasim/build.sh", FOLDER.toString())
                    .redirectErrorStream(true)
                    .start();
            String log = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) return "the simulated CUDA driver cannot be built: " + log;
        } catch (IOException | InterruptedException e) {
            return "the simulated CUDA driver cannot be built: " + e;
        }
        System.setProperty("lamina.cuda.library", library().toString());
        return null;
    }

    static Path library() {
        return FOLDER.resolve("libcuda.so.1");
    }

    /// Builds and loads it; skips the test with the reason if that cannot be, or fails if `cuda` is required.
    static void load() {
        Require.backend("cuda", Built.PROBLEM == null, String.valueOf(Built.PROBLEM));
        Cuda.found();
    }

    /// The device `cuda:sim`, in working order.
    static Device device() {
        load();
        reset();
        return Device.require("cuda:sim");
    }

    /// Changes a setting, such as `race` to `1`.
    static void set(String name, String value) {
        try (var arena = Arena.ofConfined()) {
            int result = (int) function(
                            "cudasim_set",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value));
            if (result != 0) throw new IllegalArgumentException("cudasim has no setting " + name);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Lets calls of a kind, such as `allocation`, pass `after` times and then fail `times` times.
    static void fail(String call, long after, long times) {
        set("fail", call + ":" + after + ":" + times);
    }

    /// Calls that still pass before one fails.
    static long passing() {
        return query("fail");
    }

    /// Bytes that are allocated on the first device.
    static long memory() {
        return query("memory");
    }

    /// Calls so far that launched a kernel or a graph.
    static long launches() {
        return query("launches");
    }

    private static long query(String name) {
        try (var arena = Arena.ofConfined()) {
            return (long) function(
                            "cudasim_query",
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                    .invokeExact(arena.allocateFrom(name), 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Forgets a fault that has made the device unusable, which no real driver does.
    static void reset() {
        try {
            int ignored = (int) function("cudasim_reset", FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// The faults since the last call, each a JSON object.
    static List<String> faults() {
        return text("cudasim_faults").lines().toList();
    }

    /// What launches counted since the last call, as JSON.
    static String counters() {
        return text("cudasim_counters");
    }

    private static String text(String call) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(MOST);
            long n = (long) function(
                            call,
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                    .invokeExact(out, MOST);
            if (n >= MOST) throw new AssertionError(call + ": " + n + " bytes");
            return out.getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted") // calls C
    private static MethodHandle function(String name, FunctionDescriptor type) {
        var found = SymbolLookup.libraryLookup(library(), Arena.global()).findOrThrow(name);
        return Linker.nativeLinker().downcallHandle(found, type);
    }
}
