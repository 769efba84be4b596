package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.OutOfDeviceMemoryException;
import dev.lamina.Precision;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.testing.CaseSweep;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Products by cuBLAS, behind JCublas, on the simulated library and a device that does nothing before it
/// must: the right ones, in the order of the stream, with a workspace, and nothing left behind.
class CublasTest {
    private static final int NOT_SUPPORTED = 15;
    private static final int ALLOC_FAILED = 3;

    private KernelBackend backend;
    private Device device;
    private long before;

    @BeforeEach
    void open() {
        var driver = CublasSim.driver(1 << 16);
        Cudasim.set("lazy", "1");
        backend = new KernelBackend(driver);
        device = Device.of("cuda:sim", backend);
        before = CublasSim.products();
    }

    @AfterEach
    void close() {
        if (backend == null) return;
        CublasSim.fail("", 0);
        Cudasim.fail("", 0, 0);
        backend.close();
        Cudasim.set("lazy", "0");
        assertEquals(0, CublasSim.handles(), "handles");
        assertEquals(List.of(), Cudasim.faults());
    }

    private long used() {
        return CublasSim.products() - before;
    }

    @TestFactory
    List<DynamicTest> theCasesOfTheKit() {
        var tests = new ArrayList<DynamicTest>();
        for (String op : List.of("matmul", "matmul_bias")) {
            int others = tests.size();
            tests.addAll(CaseSweep.checks(op, device));
            assertTrue(tests.size() > others + 10, () -> "checks of " + op);
        }
        tests.add(DynamicTest.dynamicTest(
                "the library did them", () -> assertTrue(used() > 100, () -> used() + " products")));
        return tests;
    }

    private static Tensor normal(long seed, int... sizes) {
        return Tensor.normal(new Rng(seed), sizes);
    }

    @Test
    void whatIsTheLibrarysAndWhatIsOurs() {
        device.with(() -> Scope.run(() -> {
            Tensor a = normal(1, 20, 30);
            Tensor b = normal(2, 30, 40);
            assertUsed(1, () -> a.matmul(b));
            assertUsed(1, () -> a.cast(DType.F64).matmul(b.cast(DType.F64)));
            assertUsed(1, () -> normal(3, 5, 20, 30).matmul(normal(4, 5, 30, 40)));
            assertUsed(1, () -> normal(3, 5, 20, 30).matmul(b));
            assertUsed(0, () -> a.matmul(normal(3, 30, 1)));
            assertUsed(0, () -> normal(3, 2, 1, 20, 30).matmul(normal(4, 5, 30, 40)));
            assertUsed(0, () -> Activations.relu().apply(new Dense(30, 8).apply(a)));
            assertUsed(0, () -> Precision.BF16.with(() -> a.matmul(b)));
            long tf32 = CublasSim.tf32();
            assertUsed(1, () -> Precision.TF32.with(() -> a.matmul(b)));
            assertEquals(1, CublasSim.tf32() - tf32);
        }));
    }

    private void assertUsed(long calls, Runnable work) {
        long start = CublasSim.products();
        work.run();
        assertEquals(calls, CublasSim.products() - start);
    }

    @Test
    void noHandleBeforeTheFirstProduct() {
        device.with(() -> Scope.run(() -> {
            Tensor a = normal(1, 4, 4);
            assertEquals(0, CublasSim.handles());
            a.matmul(a);
            a.matmul(a);
            assertEquals(1, CublasSim.handles());
        }));
    }

    /// Nor is the library loaded before, and our own kernels do what it cannot be loaded for.
    @Test
    void theLibraryIsAskedForByTheFirstProduct() {
        var asked = new AtomicInteger();
        var own = new KernelBackend(new CudaDriver(
                Cuda.found().devices().getFirst(),
                1 << 16,
                () -> {
                    asked.incrementAndGet();
                    return new Library(null, "broken");
                },
                Nvrtc::library));
        try {
            Device.of("cuda:sim", own)
                    .with(() -> Scope.run(() -> {
                        Tensor a = Tensor.full(2, DType.F32, 4, 4);
                        a.add(a).toFloats();
                        a.matmul(Tensor.ones(4, 1)).toFloats();
                        assertEquals(0, asked.get());
                        assertEquals(16, a.matmul(a).toFloats()[15]);
                        assertEquals(1, asked.get());
                    }));
            assertEquals(0, used());
        } finally {
            own.close();
        }
    }

    /// The weights after some steps: a product for each gradient, and bits that differ from those of our own
    /// kernels.
    private float[] trained(Device on, boolean graph) {
        var rng = new Rng(9);
        var x = new float[40][24];
        var y = new int[40];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) x[i][j] = rng.nextFloat();
            y[i] = rng.nextInt(5);
        }
        return on.with(() -> {
            var model = new Rng(5)
                    .with(() -> new Sequential(
                            new Dense(24, 32),
                            Activations.tanh(),
                            new Dense(32, 16),
                            Activations.relu(),
                            new Dense(16, 5)));
            new Trainer(model, Losses::crossEntropy, new Adam(model, 0.01))
                    .fit(
                            new DataLoader(Dataset.of(x, y), 8).shuffle(1),
                            TrainOptions.epochs(3).seed(1).graph(graph));
            return model.trainable().getFirst().value().toFloats();
        });
    }

    @Test
    void aGraphHasTheBitsOfSingleSteps() {
        float[] eager = trained(device, false);
        long products = used();
        assertTrue(products >= 15 * 5, () -> products + " products");
        assertArrayEquals(eager, trained(device, true));
        assertEquals(2 * products, used());
        var own = new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst(), 1 << 16));
        try {
            float[] ours = trained(Device.of("cuda:sim", own), false);
            assertEquals(2 * products, used());
            assertArrayEquals(eager, ours, 1e-3f);
        } finally {
            own.close();
        }
    }

    @Test
    void aGraphIsLaunchedInPartsBetweenTheProducts() {
        device.with(() -> {
            Tensor a = normal(1, 8, 8);
            Runnable step = () -> Scope.run(() ->
                    a.add(1).mul(2).matmul(a).add(1).mul(2).matmul(a).sub(1).toFloats());
            step.run();
            long start = Cudasim.launches();
            device.graph(step);
            assertEquals(3, Cudasim.launches() - start);
            assertEquals(4, used());
        });
    }

    @Test
    void anErrorNamesTheProductAndTheWayOut() {
        CublasSim.fail("cublasGemmStridedBatchedEx", NOT_SUPPORTED);
        device.with(() -> Scope.run(() -> {
            var e = assertThrows(LaminaException.class, () -> normal(1, 4, 5).matmul(normal(2, 5, 6)));
            String all = e.getMessage() + " / " + e.getCause();
            assertTrue(all.contains("cuBLAS: [4, 5] x [5, 6] f32: CUBLAS_STATUS_NOT_SUPPORTED"), all);
            assertTrue(all.contains("LAMINA_CUBLAS=off"), all);
        }));
    }

    /// Bytes on the device once what was freed is.
    private long settled() {
        device.emptyPool();
        device.sync();
        return Cudasim.memory();
    }

    /// Each call that makes the handle in turn: the next product makes it anew.
    @Test
    void aHandleThatCannotBeMadeLeavesNothing() {
        device.with(() -> Scope.run(() -> {
            Tensor a = normal(1, 4, 4);
            long memory = settled();
            for (String call : List.of("cublasCreate", "cublasSetStream", "cublasSetWorkspace")) {
                CublasSim.fail(call, 1);
                var e = assertThrows(LaminaException.class, () -> Scope.run(() -> a.matmul(a)));
                String all = e.getMessage() + " / " + e.getCause();
                assertTrue(all.contains(call + ": CUBLAS_STATUS_NOT_INITIALIZED"), all);
                assertEquals(0, CublasSim.handles());
                CublasSim.fail("", 0);
                assertEquals(memory, settled(), call);
            }
            a.matmul(a).toFloats();
            assertEquals(1, CublasSim.handles());
        }));
    }

    @Test
    void withoutRoomForItsMemory() {
        device.with(() -> Scope.run(() -> {
            Tensor a = normal(1, 4, 4);
            CublasSim.fail("cublasCreate", ALLOC_FAILED);
            var e = assertThrows(OutOfDeviceMemoryException.class, () -> a.matmul(a));
            assertTrue(e.getMessage().contains("CUBLAS_STATUS_ALLOC_FAILED"), e.getMessage());
            CublasSim.fail("", 0);
            Cudasim.fail("cuMemAlloc", 0, 1);
            a.matmul(a).toFloats(); // core empties the pool and tries again
            assertEquals(1, CublasSim.handles());
        }));
    }
}
