package dev.lamina.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The signal handlers of this process, put back after a driver has replaced them.
///
/// The JVM lives on its handlers: SIGSEGV is how it finds null and stops its threads, SIGFPE how it finds `1 / 0`.
/// A driver with a compiler inside takes them over while its devices are listed. PoCL's SIGFPE handler steps over
/// the division, so that Java's `1 / 0` has a value and throws nothing; the SIGSEGV handler of LLVM deletes the
/// files of the compilation under way, and ends the process when two threads come at once. LLVM registers its
/// handlers once and does not look at them again, so putting the old ones back after the list of devices is enough.
final class SignalHandlers implements AutoCloseable {
    /// As POSIX numbers them, up to those for real time; those that no process may handle never change.
    private static final int SIGNALS = 32;

    /// More than a `struct sigaction` takes on any system; it begins with the handler.
    private static final int ACTION_BYTES = 256;

    /// Null where the system has no `sigaction` (Windows): nobody takes handlers over there.
    @SuppressWarnings("restricted") // calls C
    private static final MethodHandle SIGACTION = Linker.nativeLinker()
            .defaultLookup()
            .find("sigaction")
            .map(s -> Linker.nativeLinker()
                    .downcallHandle(s, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS)))
            .orElse(null);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment[] before = new MemorySegment[SIGNALS];

    private SignalHandlers() {
        for (int signal = 1; signal < SIGNALS; signal++) before[signal] = current(signal);
    }

    /// Notes the handlers of now; `close` puts them back.
    static SignalHandlers kept() {
        return new SignalHandlers();
    }

    private MemorySegment current(int signal) {
        MemorySegment action = arena.allocate(ACTION_BYTES, Long.BYTES);
        call(signal, MemorySegment.NULL, action);
        return action;
    }

    @Override
    public void close() {
        try (arena) {
            for (int signal = 1; signal < SIGNALS; signal++)
                if (current(signal).get(JAVA_LONG, 0) != before[signal].get(JAVA_LONG, 0))
                    call(signal, before[signal], MemorySegment.NULL);
        }
    }

    private static void call(int signal, MemorySegment set, MemorySegment old) {
        if (SIGACTION == null) return;
        try {
            int _ = (int) SIGACTION.invokeExact(signal, set, old);
        } catch (Throwable e) {
            throw new AssertionError("sigaction", e);
        }
    }
}
