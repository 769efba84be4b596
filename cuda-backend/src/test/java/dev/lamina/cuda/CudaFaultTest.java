package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.OutOfDeviceMemoryException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.KernelText;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What goes wrong on a device says so, and does not take the rest down.
class CudaFaultTest {
    private static final int RING = 1 << 12;

    private CudaDriver driver;

    @BeforeEach
    void open() {
        Cudasim.load();
        Cudasim.reset();
        Cudasim.faults();
        var none = new Library(null, "there is none");
        driver = new CudaDriver(Cuda.found().devices().getFirst(), RING, () -> none, () -> none);
    }

    @AfterEach
    void close() {
        Cudasim.set("lazy", "0");
        Cudasim.reset();
        if (driver != null) driver.close();
        Cudasim.faults();
    }

    private static KernelText shipped(String entry) {
        return CudaLimits.texts().stream()
                .filter(t -> t.entry().equals(entry))
                .findFirst()
                .orElseThrow();
    }

    /// The kernel writes 1000 elements where there is room for 10.
    @Test
    void aKernelThatLeavesItsMemoryLosesTheDevice() {
        Object m = driver.allocate(40);
        driver.launch(driver.compile(shipped("uniform")), 8, 128, m, 0, 1000, 1, 2, 3, 4);
        var e = assertThrows(KernelException.class, driver::sync);
        assertTrue(e.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), e.getMessage());
        assertTrue(e.getMessage().contains("lost to this process: start it again"), e.getMessage());
        assertThrows(KernelException.class, () -> driver.allocate(40));
        List<String> faults = Cudasim.faults();
        assertTrue(faults.getFirst().contains("\"kind\":\"out of bounds\""), faults::toString);
        assertTrue(faults.getFirst().contains("\"kernel\":\"uniform\""), faults::toString);
        Cudasim.reset();
        driver.free(m);
    }

    @Test
    void aKernelThatWasNotShippedIsNamed() {
        var e = assertThrows(KernelException.class, () -> driver.compile(new KernelText("mine", "KERNEL mine() {}")));
        assertTrue(e.getMessage().startsWith("kernel mine is not among those"), e.getMessage());
    }

    @Test
    void argumentsOfOtherKindsAreRefused() {
        Object kernel = driver.compile(shipped("uniform"));
        var e = assertThrows(KernelException.class, () -> driver.launch(kernel, 1, 128, "text"));
        assertTrue(e.getMessage().contains("uniform: an argument is a class java.lang.String"), e.getMessage());
    }

    @Test
    void aFullDeviceSaysWhatIsLive() {
        Cudasim.set("mem", Long.toString(Cudasim.memory() + 1_000_000));
        try {
            Device d = Device.of("cuda:sim", new KernelBackend(driver));
            d.with(() -> Scope.run(() -> {
                Tensor kept = Tensor.ones(100, 100);
                var e = assertThrows(OutOfDeviceMemoryException.class, () -> Tensor.ones(1000, 1000));
                assertTrue(e.getMessage().contains("requested 4194304 bytes"), e.getMessage());
                assertTrue(e.getMessage().contains("Largest tensors:"), e.getMessage());
                assertEquals(10_000f, kept.sum().item());
            }));
            d.emptyPool();
        } finally {
            Cudasim.set("mem", Long.toString(4L << 30));
        }
    }

    /// Copies much larger than the ring, by several threads, also by virtual ones, which after a wait go on in
    /// another thread of the system, on a device that does nothing before it must.
    @Test
    void copiesPassThroughASmallRing() throws InterruptedException {
        Cudasim.set("lazy", "1");
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = IntStream.range(0, 4)
                .mapToObj(t -> (t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                    try {
                        copy(t);
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }))
                .toList();
        for (Thread t : threads) t.join();
        assertEquals(List.of(), List.copyOf(failures));
    }

    private void copy(int seed) {
        var rng = new Rng(seed);
        for (int i = 0; i < 10; i++) {
            var data = new float[1 + rng.nextInt(20_000)];
            for (int k = 0; k < data.length; k++) data[k] = rng.nextFloat();
            Object m = driver.allocate(4L * data.length + 64);
            driver.upload(MemorySegment.ofArray(data), m, 64);
            var back = new float[data.length];
            driver.download(m, 64, MemorySegment.ofArray(back));
            driver.free(m);
            assertArrayEquals(data, back);
        }
    }

    /// One model each, on one device: nothing of one shows in the other.
    @Test
    void threadsShareADevice() throws InterruptedException {
        Device d = Device.of("cuda:sim", new KernelBackend(driver));
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = IntStream.range(0, 6)
                .mapToObj(t -> Thread.startVirtualThread(() -> d.with(() -> {
                    try {
                        for (int i = 0; i < 30; i++) {
                            float v = t + 0.5f;
                            float sum = Scope.call(
                                            () -> Tensor.ones(20, 30).mul(v).matmul(Tensor.ones(30, 4)))
                                    .toFloats()[50];
                            assertEquals(30 * v, sum);
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                })))
                .toList();
        for (Thread t : threads) t.join();
        assertEquals(List.of(), List.copyOf(failures));
        d.emptyPool();
    }
}
