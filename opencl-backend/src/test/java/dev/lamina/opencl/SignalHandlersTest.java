package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// With a driver loaded that has a compiler inside, Java's faults are still Java's.
class SignalHandlersTest {
    private ClDevice device;
    private int zero;
    private int[] nothing;

    @BeforeEach
    void load() {
        device = Required.device();
    }

    @Test
    void aDivisionByZeroThrows() {
        assertThrows(ArithmeticException.class, () -> Math.addExact(1, 1 / zero));
    }

    /// Each null that is met is a SIGSEGV. With a compiler's handler in its place it would end the compilation of
    /// another thread, or the process.
    @Test
    void aNullWhileAKernelIsBuiltThrowsAndTheKernelIsBuilt() throws Exception {
        var done = new AtomicBoolean();
        var met = Executors.newSingleThreadExecutor();
        try (var driver = new OpenClDriver(device, ProgramCache.none(), 1 << 16)) {
            var started = new CountDownLatch(1);
            var nulls = met.submit(() -> {
                while (!done.get()) {
                    assertThrows(NullPointerException.class, this::meetNull);
                    started.countDown();
                }
            });
            started.await();
            for (int i = 0; i < 5; i++)
                driver.compile(new KernelText("fill", "KERNEL fill(GLOBAL int *x) { x[GLOBAL_ID] = " + i + "; }"));
            done.set(true);
            nulls.get();
        } finally {
            done.set(true);
            met.shutdown();
        }
    }

    private int meetNull() {
        return nothing.length;
    }
}
