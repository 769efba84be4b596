package dev.lamina.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lamina.benchmarks.GemmShape;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.Random;

/// `cblas_sgemm` of the OpenBLAS that is installed, called directly.
@SuppressWarnings("restricted") // every call of a foreign function is
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;

    private final Arena arena = Arena.global();
    private final SymbolLookup library;
    private final MethodHandle sgemm;

    private OpenBlas(String file) {
        library = SymbolLookup.libraryLookup(file, arena);
        sgemm = function(
                "cblas_sgemm",
                FunctionDescriptor.ofVoid(
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT));
    }

    /// The library on `threads` threads; empty if it is not installed.
    static Optional<OpenBlas> open(int threads) {
        try {
            var blas = new OpenBlas(System.getProperty("openblas", "libopenblas.so.0"));
            blas.function("openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT))
                    .invokeExact(threads);
            return Optional.of(blas);
        } catch (IllegalArgumentException e) { // how libraryLookup says that there is no such library
            return Optional.empty();
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException("openblas: " + e.getMessage(), e);
        }
    }

    private MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /// Version and the kernels that it chose, such as `OpenBLAS 0.3.21 ... SkylakeX`.
    String configuration() {
        try {
            var text = (MemorySegment) function("openblas_get_config", FunctionDescriptor.of(ADDRESS))
                    .invokeExact();
            var core = (MemorySegment) function("openblas_get_corename", FunctionDescriptor.of(ADDRESS))
                    .invokeExact();
            return string(text) + ", kernels for " + string(core);
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException("openblas: " + e.getMessage(), e);
        }
    }

    private static String string(MemorySegment text) {
        return text.reinterpret(1024).getString(0).strip();
    }

    /// The product on random matrices of its own.
    Runnable product(GemmShape s) {
        MemorySegment a = random(s.m * s.k);
        MemorySegment b = random(s.k * s.n);
        MemorySegment c = random(s.m * s.n);
        int ta = s.transposeLeft ? TRANSPOSED : PLAIN;
        int tb = s.transposeRight ? TRANSPOSED : PLAIN;
        int lda = s.left()[1];
        int ldb = s.right()[1];
        return () -> {
            try {
                sgemm.invokeExact(ROW_MAJOR, ta, tb, s.m, s.n, s.k, 1f, a, lda, b, ldb, 0f, c, s.n);
            } catch (Throwable e) { // what invokeExact declares
                throw new IllegalStateException("openblas: " + e.getMessage(), e);
            }
        };
    }

    private MemorySegment random(int size) {
        MemorySegment m = arena.allocate(4L * size, 64);
        var random = new Random(1);
        for (int i = 0; i < size; i++) m.setAtIndex(JAVA_FLOAT, i, random.nextFloat());
        return m;
    }
}
