package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Precision;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Window;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// How well kernels use the memory of a GPU at realistic shapes, by the simulated driver's counts of sectors and banks.
class EfficiencyTest {
    private static final double CONTIGUOUS = 0.95;
    private static final double TILED = 0.90;

    /// Sums that change hands through shared memory before they are stored meet some banks twice; main loops never do.
    private static final double HANDED = 0.02;

    private static Device device;

    @BeforeAll
    static void open() {
        device = Cudasim.device();
    }

    private static Tensor normal(int... sizes) {
        return device.with(() -> Tensor.normal(new Rng(1), sizes));
    }

    private static DynamicTest test(String name, double loads, double stores, Supplier<Tensor> work) {
        return DynamicTest.dynamicTest(
                name,
                () -> device.with(() -> {
                    List<KernelCounts> counts = KernelCounts.of(device, () -> Scope.run(work::get));
                    assertTrue(!counts.isEmpty(), "kernels");
                    long all = counts.stream().mapToLong(KernelCounts::touched).sum();
                    for (KernelCounts k : counts) {
                        System.out.printf(
                                Locale.ROOT,
                                "efficiency %-40s %-20s loads %5.1f %% stores %5.1f %% shared memory +%.1f %%%n",
                                name,
                                k.kernel(),
                                100 * k.loads(),
                                100 * k.stores(),
                                100 * k.extraPasses());
                        if (k.touched() < all / 50) continue; // such as the last pass of a reduction
                        assertTrue(k.loads() >= loads, () -> k.kernel() + " loads");
                        if (k.stored() > all / 50) assertTrue(k.stores() >= stores, () -> k.kernel() + " stores");
                        assertTrue(k.extraPasses() < HANDED, () -> k.kernel() + " bank conflicts: " + k.conflicts());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> contiguousOps() {
        Tensor image = normal(16, 32, 26, 26);
        Tensor channels = normal(1, 32, 1, 1);
        Tensor rows = normal(256, 1024);
        Tensor table = normal(1000, 128);
        Tensor ids = device.with(() -> Tensor.of(new Rng(2).permutation(1000), 1000));
        return Stream.of(
                contiguous("add", () -> image.add(image)),
                contiguous("add channels", () -> image.add(channels)),
                contiguous("gelu", image::gelu),
                contiguous("gelu gradient", () -> gradient(image, image::gelu)),
                contiguous("sum", image::sum),
                contiguous("sum of rows", () -> rows.sum(1)),
                contiguous("sum of columns", () -> rows.sum(0)),
                contiguous("softmax", () -> rows.softmax(1)),
                contiguous("transpose", () -> rows.transpose(0, 1)),
                contiguous("channels last", () -> normal(4, 32, 32, 32).permute(0, 2, 3, 1)),
                contiguous("gather rows", () -> table.gather(0, ids)),
                contiguous("cumulative sum", () -> rows.cumSum(1)),
                contiguous("uniform", () -> device.with(() -> Tensor.uniform(new Rng(3), 1 << 16))));
    }

    private static DynamicTest contiguous(String name, Supplier<Tensor> work) {
        return test(name, CONTIGUOUS, CONTIGUOUS, work);
    }

    private static Tensor gradient(Tensor x, Supplier<Tensor> f) {
        return Tape.gradients(() -> f.get().sum(), List.of(x)).of(x);
    }

    @TestFactory
    Stream<DynamicTest> products() {
        Tensor a = normal(512, 512);
        Tensor x = normal(8, 32, 28, 28);
        Tensor w = normal(64, 32, 3, 3);
        var window = Window.of(3, 1, 0);
        return Stream.of(Precision.values())
                .flatMap(p -> Stream.of(
                        tiled(p, "product", () -> a.matmul(a)),
                        tiled(p, "product, right transposed", () -> a.matmul(a, false, true)),
                        tiled(p, "product, left transposed", () -> a.matmul(a, true, false)),
                        tiled(p, "product, both transposed", () -> a.matmul(a, true, true)),
                        tiled(p, "convolution", () -> x.conv2d(w, window, 1)),
                        tiled(p, "convolution's gradient", () -> gradient(x, () -> x.conv2d(w, window, 1))),
                        tiled(p, "convolution's weights", () -> gradient(w, () -> x.conv2d(w, window, 1)))));
    }

    private static DynamicTest tiled(Precision p, String name, Supplier<Tensor> work) {
        return test(name + " " + p, TILED, TILED, () -> p.with(work));
    }
}
