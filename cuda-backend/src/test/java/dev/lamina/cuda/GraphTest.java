package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Work as a CUDA graph: the same bits with fewer launches, in the order of the program whatever comes between.
class GraphTest {
    private KernelBackend backend;
    private Device device;

    @BeforeEach
    void open() {
        Cudasim.load();
        Cudasim.reset();
        Cudasim.set("lazy", "1");
        backend = new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst(), 1 << 16));
        device = Device.of("cuda:sim", backend);
    }

    @AfterEach
    void close() {
        Cudasim.fail("", 0, 0);
        if (backend != null) backend.close();
        Cudasim.set("lazy", "0");
        assertEquals(List.of(), Cudasim.faults());
    }

    private static Dataset points() {
        var rng = new Rng(9);
        var x = new float[50][6];
        var y = new int[50];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < 6; j++) x[i][j] = rng.nextFloat();
            y[i] = rng.nextInt(3);
        }
        return Dataset.of(x, y);
    }

    /// The weights after some epochs, whose last batch is smaller.
    private float[] trained(TrainOptions options) {
        return device.with(() -> {
            var model = new Rng(5)
                    .with(() ->
                            new Sequential(new Dense(6, 16), Activations.relu(), new Dropout(0.25), new Dense(16, 3)));
            new Trainer(model, Losses::crossEntropy, new Adam(model, 0.01))
                    .fit(new DataLoader(points(), 8).shuffle(1), options);
            return model.trainable().getFirst().value().toFloats();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theSameBitsAsStepByStep(int accumulate) {
        var options = TrainOptions.epochs(3).seed(1).accumulate(accumulate);
        float[] eager = trained(options);
        assertArrayEquals(eager, trained(options.graph(true)));
    }

    @Test
    void oneLaunchForAStep() {
        device.with(() -> {
            var model = new Rng(5).with(() -> new Sequential(new Dense(6, 16), Activations.tanh(), new Dense(16, 3)));
            var optimizer = new Adam(model, 0.01);
            Tensor x = Tensor.ones(4, 6);
            Tensor y = Tensor.of(new int[] {0, 1, 2, 0}, 4);
            Runnable step = () -> Scope.run(() ->
                    optimizer.step(Tape.gradients(() -> Losses.crossEntropy(model.apply(x), y), model.trainable())));
            step.run();
            long before = Cudasim.launches();
            step.run();
            long eager = Cudasim.launches() - before;
            for (int i = 0; i < 3; i++) {
                before = Cudasim.launches();
                device.graph(step);
                assertEquals(1, Cudasim.launches() - before);
            }
            assertTrue(eager > 10, () -> "eager: " + eager);
        });
    }

    @Test
    void valuesThatAreReadInsideAreThere() {
        device.with(() -> device.graph(() -> {
            Tensor x = Tensor.of(new float[] {1, 2, 3});
            Tensor y = x.mul(2).add(1);
            assertArrayEquals(new float[] {3, 5, 7}, y.toFloats());
            Tensor late = Tensor.of(new float[] {10, 20, 30}); // uploaded between two kernels
            assertArrayEquals(new float[] {13, 25, 37}, y.add(late).toFloats());
        }));
    }

    @Test
    void argumentsMayChangeFromRunToRun() {
        device.with(() -> {
            for (int n = 1; n < 300; n += 37) {
                int size = n;
                var results = new Tensor[1];
                device.graph(() -> results[0] =
                        Tensor.full(size, DType.F32, size).mul(2).tanh().mul(0).add(size));
                for (float v : results[0].toFloats()) assertEquals(size, v);
            }
        });
    }

    @Test
    void whatWasDoneBeforeAnErrorIsDone() {
        device.with(() -> {
            var kept = new Tensor[1];
            var e = assertThrows(
                    IllegalStateException.class,
                    () -> device.graph(() -> {
                        kept[0] = Tensor.ones(5).add(1).mul(3);
                        throw new IllegalStateException("stop");
                    }));
            assertEquals("stop", e.getMessage());
            assertArrayEquals(new float[] {6, 6, 6, 6, 6}, kept[0].toFloats());
        });
    }

    @Test
    void withoutRoomForTheGraphItsKernelsRun() {
        device.with(() -> {
            Cudasim.fail("cuGraphInstantiate", 0, 1);
            var results = new Tensor[1];
            device.graph(() -> results[0] = Tensor.ones(5).add(1).mul(3));
            assertArrayEquals(new float[] {6, 6, 6, 6, 6}, results[0].toFloats());
        });
    }

    @Test
    void twoThreadsThatGatherDoNotDisturbEachOther() throws InterruptedException {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.startVirtualThread(() -> device.with(() -> {
                    try {
                        for (int i = 0; i < 20; i++) {
                            float v = 100 * t + i;
                            device.graph(() -> assertEquals(
                                    2 * v + 1,
                                    Tensor.full(v, DType.F32, 40)
                                            .mul(2)
                                            .add(1)
                                            .at(39)
                                            .item()));
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                })))
                .toList();
        for (Thread t : threads) t.join();
        assertEquals(List.of(), List.copyOf(failures));
    }
}
