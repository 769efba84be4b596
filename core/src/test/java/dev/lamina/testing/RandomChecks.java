package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Statistics of the distributions, within five standard errors of the truth; the seed is fixed, so they never
/// flake.
final class RandomChecks {
    private static final int N = 40_000;
    private static final double FIVE_SIGMA = 5 / Math.sqrt(N);

    private final Device device;

    private RandomChecks(Device device) {
        this.device = device;
    }

    static Stream<DynamicTest> all(Device device) {
        var c = new RandomChecks(device);
        return Stream.of(
                DynamicTest.dynamicTest("uniform", c::uniform),
                DynamicTest.dynamicTest("normal", c::normal),
                DynamicTest.dynamicTest("bernoulli", c::bernoulli),
                DynamicTest.dynamicTest("dropout", c::dropout));
    }

    private double[] draw(Supplier<Tensor> tensor) {
        return device.with(tensor).toDoubles();
    }

    /// The mean of `|x - centre|^power`, or of the signed power if it is odd.
    private static double moment(double[] x, double centre, int power) {
        double sum = 0;
        for (double v : x) sum += Math.pow(v - centre, power);
        return sum / x.length;
    }

    void uniform() {
        double[] x = draw(() -> Tensor.uniform(new Rng(1), N));
        var bins = new int[16];
        for (double v : x) {
            assertTrue(v >= 0 && v < 1, () -> "uniform: " + v + " is outside [0, 1)");
            bins[(int) (v * 16)]++;
        }
        assertEquals(0.5, moment(x, 0, 1), FIVE_SIGMA * Math.sqrt(1 / 12.0));
        assertEquals(1 / 12.0, moment(x, 0.5, 2), FIVE_SIGMA * 0.0745);
        for (int b : bins) assertEquals(N / 16.0, b, 5 * Math.sqrt(N / 16.0));
        double neighbours = 0;
        for (int i = 1; i < N; i++) neighbours += (x[i] - 0.5) * (x[i - 1] - 0.5);
        assertEquals(0, neighbours / N * 12, FIVE_SIGMA);
    }

    void normal() {
        double[] x = draw(() -> Tensor.normal(new Rng(2), N));
        assertEquals(0, moment(x, 0, 1), FIVE_SIGMA);
        assertEquals(1, moment(x, 0, 2), FIVE_SIGMA * Math.sqrt(2));
        assertEquals(0, moment(x, 0, 3), FIVE_SIGMA * Math.sqrt(15));
        assertEquals(3, moment(x, 0, 4), FIVE_SIGMA * Math.sqrt(96));
        double even = 0;
        for (int i = 1; i < N; i += 2) even += x[i] * x[i - 1];
        assertEquals(0, even / (N / 2), FIVE_SIGMA * Math.sqrt(2));
    }

    void bernoulli() {
        double[] x = draw(() -> Tensor.bernoulli(0.3, new Rng(3), N));
        for (double v : x) assertTrue(v == 0 || v == 1, () -> "bernoulli: " + v);
        assertEquals(0.3, moment(x, 0, 1), FIVE_SIGMA * Math.sqrt(0.21));
    }

    void dropout() {
        double[] x = draw(() -> Tensor.ones(N).dropout(0.2, new Rng(4)));
        for (double v : x) assertTrue(v == 0 || Math.abs(v - 1.25) < 1e-6, () -> "dropout: " + v);
        assertEquals(1, moment(x, 0, 1), FIVE_SIGMA * 0.5);
    }
}
