package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.nn.Initializer.Fan;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Bounds, means and standard deviations of 12,000 draws, to within four standard errors.
class InitializerTest {
    private static final int[] SHAPE = {40, 30, 2, 5};
    private static final double FAN_IN = 300;
    private static final double FAN_OUT = 400;

    private static double[] draw(Initializer init, int... shape) {
        return here(() -> init.parameter(shape)).value().toDoubles();
    }

    private static double mean(double[] v) {
        return Arrays.stream(v).average().orElseThrow();
    }

    private static double std(double[] v) {
        double m = mean(v);
        return Math.sqrt(Arrays.stream(v).map(x -> (x - m) * (x - m)).average().orElseThrow());
    }

    private static void moments(double[] v, double mean, double std) {
        assertEquals(mean, mean(v), 4 * std / Math.sqrt(v.length));
        assertEquals(std, std(v), 4 * std / Math.sqrt(v.length));
    }

    private static void uniform(double[] v, double low, double high) {
        double width = high - low;
        moments(v, (low + high) / 2, width / Math.sqrt(12));
        var s = Arrays.stream(v).summaryStatistics();
        assertTrue(s.getMin() >= low - 1e-6 && s.getMax() <= high + 1e-6, s::toString);
        assertTrue(s.getMin() < low + 0.01 * width && s.getMax() > high - 0.01 * width, s::toString);
    }

    private static void normal(double[] v, double mean, double std) {
        moments(v, mean, std);
        double within = Arrays.stream(v).filter(x -> Math.abs(x - mean) < std).count() / (double) v.length;
        assertEquals(0.6827, within, 0.02);
        assertTrue(Arrays.stream(v).anyMatch(x -> Math.abs(x - mean) > 3 * std));
    }

    private static double[] bounds(double[] v) {
        var s = Arrays.stream(v).summaryStatistics();
        return new double[] {s.getMin(), s.getMax()};
    }

    @Test
    void plain() {
        uniform(draw(Initializer.uniform(-1, 3), SHAPE), -1, 3);
        normal(draw(Initializer.normal(2, 0.5), SHAPE), 2, 0.5);
        assertArrayEquals(new double[] {0.25, 0.25, 0.25}, draw(Initializer.constant(0.25), 3));
        assertArrayEquals(new double[] {1, 1}, draw(Initializer.ones(), 2));
        assertArrayEquals(new double[] {0, 0}, draw(Initializer.zeros(), 2));
    }

    /// The standard deviation of a normal cut at two is 0.8796.
    @Test
    void truncated() {
        double[] v = draw(Initializer.truncatedNormal(1, 0.1), SHAPE);
        moments(v, 1, 0.08796);
        assertTrue(bounds(v)[0] >= 0.8 - 1e-6 && bounds(v)[1] <= 1.2 + 1e-6);
        assertTrue(bounds(v)[0] < 0.805 && bounds(v)[1] > 1.195);
    }

    @Test
    void xavier() {
        double a = Math.sqrt(6 / (FAN_IN + FAN_OUT));
        uniform(draw(Initializer.xavierUniform(), SHAPE), -a, a);
        double tanh = Initializer.TANH_GAIN * a;
        uniform(draw(Initializer.xavierUniform(Initializer.TANH_GAIN), SHAPE), -tanh, tanh);
        normal(draw(Initializer.xavierNormal(), SHAPE), 0, Math.sqrt(2 / (FAN_IN + FAN_OUT)));
    }

    @Test
    void kaiming() {
        double a = Math.sqrt(6 / FAN_IN);
        uniform(draw(Initializer.kaimingUniform(), SHAPE), -a, a);
        double b = Initializer.leakyReluGain(0.2) * Math.sqrt(3 / FAN_OUT);
        uniform(draw(Initializer.kaimingUniform(Fan.OUT, Initializer.leakyReluGain(0.2)), SHAPE), -b, b);
        normal(draw(Initializer.kaimingNormal(), SHAPE), 0, Math.sqrt(2 / FAN_IN));
        normal(draw(Initializer.kaimingNormal(Fan.OUT, 1), SHAPE), 0, Math.sqrt(1 / FAN_OUT));
        assertEquals(Math.sqrt(2 / 1.04), Initializer.leakyReluGain(0.2), 1e-12);
    }

    @Test
    void orthogonal() {
        orthonormal(draw(Initializer.orthogonal(2), 4, 3, 5), 4, 15, 2);
        double[] tall = draw(Initializer.orthogonal(1), 9, 4);
        var turned = new double[36];
        for (int i = 0; i < 9; i++) for (int j = 0; j < 4; j++) turned[j * 9 + i] = tall[i * 4 + j];
        orthonormal(turned, 4, 9, 1);
    }

    private static void orthonormal(double[] m, int rows, int length, double gain) {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int k = 0; k < length; k++) dot += m[i * length + k] * m[j * length + k];
                assertEquals(i == j ? gain * gain : 0, dot, 1e-5);
            }
    }

    @Test
    void fansNeedTwoAxes() {
        assertEquals(300, Fan.IN.of(Shape.of(SHAPE)));
        assertEquals(400, Fan.OUT.of(Shape.of(SHAPE)));
        String message = assertThrows(ShapeException.class, () -> draw(Initializer.xavierNormal(), 5))
                .getMessage();
        assertEquals("initializer: fans need [out, in, ...], got [5]; use uniform or normal", message);
        assertThrows(ShapeException.class, () -> draw(Initializer.orthogonal(1), 5));
    }

    private static double[] values(Layer layer, String name) {
        return layer.parameters().get(name).value().toDoubles();
    }

    /// PyTorch's: +-1 / sqrt(fan in) for maps, N(0, 1) for embeddings, the identity for norms.
    @Test
    void defaultsOfTheLayers() {
        var dense = here(() -> new Dense(100, 120));
        uniform(values(dense, "weight"), -0.1, 0.1);
        uniform(values(here(() -> new Dense(4, 5000)), "bias"), -0.5, 0.5);
        uniform(values(here(() -> new Conv2d(4, 500, 5)), "weight"), -0.1, 0.1);
        uniform(values(here(() -> new Conv2d(100, 1000, 1).groups(25)), "weight"), -0.5, 0.5);
        uniform(values(here(() -> new Conv1d(5, 600, 5)), "bias"), -0.2, 0.2);
        uniform(values(here(() -> new ConvTranspose2d(400, 4, 5)), "weight"), -0.1, 0.1);
        normal(values(here(() -> new Embedding(100, 120)), "weight"), 0, 1);
        var norm = here(() -> new BatchNorm2d(2));
        assertArrayEquals(new double[] {1, 1}, values(norm, "weight"));
        assertArrayEquals(new double[] {0, 0}, values(norm, "bias"));
        assertArrayEquals(new double[] {0, 0}, values(norm, "running_mean"));
        assertArrayEquals(new double[] {1, 1}, values(norm, "running_var"));
        double a = Math.sqrt(6 / 220.0);
        uniform(values(here(() -> dense.init(Initializer.xavierUniform())), "weight"), -a, a);
    }

    private static double[] seeded(long seed) {
        return Known.DEVICE
                .with(() -> new Rng(seed).with(() -> new Sequential(new Dense(3, 4), new Conv2d(1, 2, 2))))
                .parameters()
                .values()
                .stream()
                .map(Parameter::value)
                .flatMapToDouble(t -> Arrays.stream(t.toDoubles()))
                .toArray();
    }

    @Test
    void aSeedMakesAModelReproducible() {
        assertArrayEquals(seeded(1), seeded(1));
        assertFalse(Arrays.equals(seeded(1), seeded(2)));
    }
}
