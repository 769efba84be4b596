package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/// The simulated cuBLAS of the tests, behind the same binding as NVIDIA's.
final class CublasSim {
    private static final Path LIBRARY = Cudasim.library().resolveSibling("cublas/libcublas.so.12");

    private static final class Loaded {
        static final Library IT = Cublas.load(new Libraries(List.of(folder()), LibrariesTest.NO_JAR), null);
    }

    private CublasSim() {}

    /// The folder that holds it.
    static Path folder() {
        return LIBRARY.getParent();
    }

    /// It, loaded.
    static Library library() {
        assertNull(Loaded.IT.problem());
        assertEquals(LIBRARY, Loaded.IT.at());
        return Loaded.IT;
    }

    /// A driver whose products are those of the library, on the first simulated device.
    static CudaDriver driver(int stagingBytes) {
        Cudasim.load();
        library();
        Cudasim.reset();
        Cudasim.faults();
        return new CudaDriver(Cuda.found().devices().getFirst(), stagingBytes, CublasSim::library, Nvrtc::library);
    }

    /// Calls of this name return `status` from now on; of none if it is empty.
    static void fail(String call, int status) {
        try (var arena = Arena.ofConfined()) {
            function("cublassim_fail", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                    .invokeExact(arena.allocateFrom(call), status);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Handles that live.
    static long handles() {
        return query("handles");
    }

    /// Calls that multiplied, so far.
    static long products() {
        return query("products");
    }

    /// Those of them in TF32.
    static long tf32() {
        return query("tf32");
    }

    private static long query(String name) {
        try (var arena = Arena.ofConfined()) {
            return (long) function("cublassim_query", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                    .invokeExact(arena.allocateFrom(name));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted") // calls C
    private static MethodHandle function(String name, FunctionDescriptor type) {
        var found = SymbolLookup.libraryLookup(LIBRARY, Arena.global()).findOrThrow(name);
        return Linker.nativeLinker().downcallHandle(found, type);
    }
}
