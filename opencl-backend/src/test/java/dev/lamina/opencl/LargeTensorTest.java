package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Tensor;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.op.CumSum;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.ScatterAdd;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The paths that only large tensors take, which the cases of the conformance kit are too small for: reductions
/// in chunks, scans over several blocks, sorted picks, tiles, statistics that are merged.
class LargeTensorTest {
    private static KernelBackend backend;
    private static Device device;

    private final Random random = new Random(7);

    @BeforeAll
    static void open() {
        backend = new KernelBackend(new OpenClDriver(Required.device()));
        device = Device.of("opencl", backend);
    }

    @AfterAll
    static void close() {
        if (backend != null) backend.close();
    }

    private float[] numbers(int n, double mean) {
        float[] a = new float[n];
        for (int i = 0; i < n; i++) a[i] = (float) (mean + random.nextGaussian());
        return a;
    }

    /// Compares on equal inputs; the reference computes from f64, so that only the device's rounding counts.
    private void same(double tolerance, UnaryOperator<Tensor> f, float[] data, int... shape) {
        Tensor expected = AgainstReference.REFERENCE.with(
                () -> f.apply(Tensor.of(data, shape).cast(DType.F64)));
        Tensor got = device.with(() -> f.apply(Tensor.of(data, shape)));
        assertEquals(expected.shape(), got.shape());
        assertArrayEquals(expected.toDoubles(), got.toDoubles(), tolerance);
    }

    private void same(double tolerance, UnaryOperator<Tensor> f, int... shape) {
        int n = 1;
        for (int d : shape) n *= d;
        same(tolerance, f, numbers(n, 0), shape);
    }

    @Test
    void sumsInChunks() {
        same(1e-3, Tensor::sum, 70_001);
        same(1e-3, x -> x.sum(1), 3, 9000);
        same(1e-3, x -> x.sum(0), 5000, 3);
        same(1e-3, x -> x.sum(1), 2, 3000, 5);
        same(1e-3, x -> x.sum(0, 2, 3), 8, 3, 30, 30);
    }

    @Test
    void extremesInChunks() {
        float[] data = numbers(20_000, 0);
        same(0, Tensor::max, data, 20_000);
        same(0, x -> x.argMax(0), data, 20_000);
        same(0, x -> x.argMin(1), data, 20, 1000);
        same(0, x -> x.argMin(1), data, 2, 1000, 10);
        data[17_777] = Float.NaN;
        same(0, Tensor::min, data, 20_000);
        same(0, x -> x.argMin(0), data, 20_000);
    }

    @Test
    void runningSumsOverBlocks() {
        same(2e-4, x -> x.cumSum(0), 1000);
        same(2e-4, x -> new CumSum(1, true).on(x), 3, 777, 2);
    }

    @Test
    void permutationsThroughTiles() {
        same(0, x -> x.permute(0, 2, 3, 1), 3, 40, 7, 33);
        same(0, x -> x.permute(3, 2, 1, 0), 33, 3, 5, 70);
        same(0, x -> x.permute(1, 0), 65, 129);
    }

    @Test
    void bytesThroughTiles() {
        byte[] data = new byte[40 * 50];
        random.nextBytes(data);
        Tensor got = device.with(() -> Tensor.of(data, 40, 50).permute(1, 0));
        Tensor expected =
                AgainstReference.REFERENCE.with(() -> Tensor.of(data, 40, 50).permute(1, 0));
        assertArrayEquals(expected.toInts(), got.toInts());
    }

    @Test
    void softmaxOfLongRows() {
        same(1e-6, x -> x.softmax(1), numbers(9000, 50), 3, 3000);
        same(1e-5, x -> x.logSoftmax(0), numbers(9000, -50), 3000, 3);
    }

    /// A mean far from 0 takes no accuracy from the variance.
    @Test
    void normalisationMergesStatistics() {
        for (int output = 0; output < 3; output++) {
            int o = output;
            UnaryOperator<Tensor> columns = x -> normalize(List.of(0), x).get(o);
            same(5e-4, columns, numbers(12_000, 1000), 4000, 3);
            UnaryOperator<Tensor> channels = x -> normalize(List.of(0, 2, 3), x).get(o);
            same(5e-4, channels, numbers(24_000, 1000), 20, 3, 20, 20);
            UnaryOperator<Tensor> rows = x -> normalize(List.of(1), x).get(o);
            same(1e-5, rows, 6, 700);
        }
    }

    private static List<Tensor> normalize(List<Integer> axes, Tensor x) {
        return Tensor.apply(new Normalize(axes, 1e-5), List.of(x));
    }

    @Test
    void gradientOfNormalisationMergesSums() {
        same(1e-4, x -> gradient(List.of(0), x), 4000, 3);
        same(1e-4, x -> gradient(List.of(0, 2, 3), x), 20, 3, 20, 20);
        same(1e-4, x -> gradient(List.of(1), x), 6, 700);
    }

    private static Tensor gradient(List<Integer> axes, Tensor x) {
        List<Tensor> n = normalize(axes, x);
        return new NormalizeGradient(axes).on(n.get(0), n.get(2), x.mul(x));
    }

    @Test
    void picksAreSortedAndSummedInTheirOrder() {
        int picked = 1001;
        int[] at = random.ints(picked, 0, 37).toArray();
        same(1e-4, x -> new ScatterAdd(0, 37).on(x, Tensor.of(at, picked)), picked, 8);
        same(1e-4, x -> new ScatterAdd(1, 37).on(x, Tensor.of(at, picked)), 2, picked, 3);
        float[] data = numbers(picked, 0);
        float[] sums = device.with(() -> new ScatterAdd(0, 37)
                .on(Tensor.of(data, picked), Tensor.of(at, picked))
                .toFloats());
        float[] inOrder = new float[37];
        for (int i = 0; i < picked; i++) inOrder[at[i]] += data[i];
        assertArrayEquals(inOrder, sums); // bit for bit
    }

    @Test
    void indicesOutsideTouchNothing() {
        // Sums, so that the host does not know them and cannot check.
        Tensor at = device.with(() -> Tensor.of(new int[] {-2, 1, 2}, 3).add(1));
        Tensor x = device.with(() -> Tensor.of(new float[] {1, 2, 3}, 3));
        float[] y = x.gather(0, at).toFloats();
        assertTrue(Float.isNaN(y[0]) && Float.isNaN(y[2]), "gather shows what is missing");
        assertEquals(3, y[1]);
        assertArrayEquals(new float[] {0, 0, 2}, new ScatterAdd(0, 3).on(x, at).toFloats());
    }
}
