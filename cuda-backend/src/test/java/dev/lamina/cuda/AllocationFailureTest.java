package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.OutOfDeviceMemoryException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Losses;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.testing.CaseSweep;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each allocation in turn fails: once, after which the pool is emptied and all is well, and for good, which is an
/// error that says so. Nothing leaks, and the next step works.
class AllocationFailureTest {
    private static final String CALLS = "allocation";
    private static final long NEVER = 1 << 30;

    private KernelBackend backend;
    private Device device;

    @BeforeEach
    void open() {
        Cudasim.load();
        Cudasim.reset();
        backend = new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst(), 1 << 16));
        device = Device.of("cuda:sim", backend);
    }

    @AfterEach
    void close() {
        Cudasim.fail("", 0, 0);
        if (backend != null) backend.close();
        assertEquals(List.of(), Cudasim.faults());
    }

    private int allocations(Runnable work) {
        device.emptyPool();
        Cudasim.fail(CALLS, NEVER, 0);
        work.run();
        return (int) (NEVER - Cudasim.passing());
    }

    private void failing(int after, long times, Runnable work) {
        device.emptyPool();
        Cudasim.fail(CALLS, after, times);
        try {
            work.run();
        } finally {
            Cudasim.fail("", 0, 0);
        }
    }

    @TestFactory
    List<DynamicTest> everyOp() {
        open(); // of the list's own
        return CaseSweep.smallest(device).keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> failEach(name)))
                .toList();
    }

    private void failEach(String name) {
        Runnable check = CaseSweep.smallest(device).get(name);
        check.run();
        device.emptyPool();
        long before = Cudasim.memory();
        int n = allocations(check);
        assertTrue(n > 0, "allocations");
        for (int i = 0; i < n; i++) {
            int after = i;
            var e = assertThrows(OutOfDeviceMemoryException.class, () -> failing(after, NEVER, check));
            assertTrue(e.getMessage().startsWith("out of memory on cuda:sim: requested "), e.getMessage());
            assertTrue(e.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY"), e.getMessage());
        }
        failing(n / 2, 1, check);
        check.run();
        device.emptyPool();
        assertEquals(before, Cudasim.memory(), "bytes on the device");
    }

    /// A small network and Adam, whose state is made in the first step.
    private float[] train(int steps) {
        return device.with(() -> new Rng(3)
                .with(() -> Scope.call(() -> {
                            var model = new Sequential(
                                    new Conv2d(1, 4, 3),
                                    Activations.relu(),
                                    new MaxPool2d(2),
                                    new Flatten(),
                                    new Dense(4 * 3 * 3, 5));
                            var optimizer = new Adam(model, 0.01);
                            Tensor x = Tensor.normal(Rng.current(), 6, 1, 8, 8);
                            Tensor y = Tensor.of(new int[] {0, 1, 2, 3, 4, 0}, 6);
                            for (int i = 0; i < steps; i++)
                                Scope.run(() -> optimizer.step(Tape.gradients(
                                        () -> Losses.crossEntropy(model.apply(x), y), model.trainable())));
                            return model.apply(x);
                        })
                        .toFloats()));
    }

    /// Bytes on the device once nothing is pooled. What no scope owns, such as the model of a step that failed, is
    /// left to the garbage collector.
    private long settled() {
        long least = Long.MAX_VALUE;
        for (int same = 0; same < 5; same++) {
            System.gc();
            LockSupport.parkNanos(20_000_000);
            device.emptyPool();
            if (Cudasim.memory() < least) same = 0;
            least = Math.min(least, Cudasim.memory());
        }
        assertEquals(0, device.memory().liveBuffers());
        return least;
    }

    @Test
    void everyAllocationOfATrainingStep() {
        float[] expected = train(2);
        long before = settled();
        int n = allocations(() -> train(2));
        assertTrue(n > 30, () -> n + " allocations");
        for (int i = 0; i < n; i++) {
            int after = i;
            failing(after, 1, () -> assertArrayEquals(expected, train(2), "one failure after " + after));
            var e = assertThrows(OutOfDeviceMemoryException.class, () -> failing(after, NEVER, () -> train(2)));
            assertTrue(e.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY"), e.getMessage());
        }
        assertArrayEquals(expected, train(2), "after all the errors");
        assertEquals(before, settled(), "bytes on the device");
    }
}
