package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Gradients;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.backend.Backend;
import dev.lamina.nn.Gru;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.nn.Packed;
import dev.lamina.nn.Recurrent;
import dev.lamina.nn.Rnn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Whole layers on a backend: outputs and all gradients in f32 against the reference in f64, with the same
/// numbers. A backend's tests extend it as they do `BackendConformance`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LayerConformance {
    private static final double TOLERANCE = 2e-5;
    private static final int[] LENGTHS = {2, 5, 1};
    private static final int TIME = 5;
    private static final int IN = 3;

    private Backend backend;
    private Device device;

    /// A backend for these tests alone.
    protected abstract Backend open();

    @BeforeAll
    void openBackend() {
        backend = open();
        device = Device.of("layers", backend);
    }

    @AfterAll
    void closeBackend() {
        if (backend != null) backend.close();
    }

    @TestFactory
    Stream<DynamicTest> recurrent() {
        Map<String, Supplier<Recurrent<?>>> layers = new TreeMap<>();
        layers.put("rnn relu both ways", () -> new Rnn(IN, 4).relu().bidirectional());
        layers.put("lstm of 2 layers both ways", () -> new Lstm(IN, 4).layers(2).bidirectional());
        layers.put(
                "lstm with peepholes and projection",
                () -> new Lstm(IN, 4).peepholes().projection(2));
        layers.put("gru of 2 layers both ways", () -> new Gru(IN, 4).layers(2).bidirectional());
        return layers.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getValue())));
    }

    private void compare(Supplier<Recurrent<?>> make) {
        List<double[]> expected = all(Reference.device(), DType.F64, make);
        List<double[]> got = all(device, DType.F32, make);
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) close("result " + i, expected.get(i), got.get(i));
    }

    /// The output and the gradients, of equal lengths and of different ones.
    private static List<double[]> all(Device d, DType type, Supplier<Recurrent<?>> make) {
        return Scope.call(() -> d.with(() -> {
            Recurrent<?> layer = new Rng(5).with(make);
            layer.to(type);
            var numbers = new Rng(9);
            layer.trainable()
                    .forEach(p -> p.assign(random(numbers, type, p.shape().dims())));
            Tensor x = random(numbers, type, LENGTHS.length, TIME, IN);
            var results = new ArrayList<double[]>();
            results.addAll(gradients(layer, x, () -> layer.apply(x)));
            results.addAll(gradients(layer, x, () -> layer.run(x, LENGTHS).y()));
            results.addAll(gradients(
                    layer, x, () -> layer.run(Packed.of(x, LENGTHS)).state().h()));
            return results;
        }));
    }

    private static List<double[]> gradients(Layer layer, Tensor x, Supplier<Tensor> body) {
        var of = new ArrayList<>(List.of(x));
        for (Parameter p : layer.trainable()) of.add(p.value());
        Gradients g = Tape.gradients(() -> body.get().square().sum(), of);
        var results = new ArrayList<double[]>();
        results.add(body.get().toDoubles());
        for (Tensor t : g.all()) results.add(t.toDoubles());
        return results;
    }

    /// Numbers that are the same in both types.
    private static Tensor random(Rng rng, DType type, int... shape) {
        int n = 1;
        for (int d : shape) n *= d;
        var data = new double[n];
        for (int i = 0; i < n; i++) data[i] = (float) (rng.nextFloat() - 0.5);
        return Tensor.of(data, shape).cast(type);
    }

    private static void close(String what, double[] expected, double[] got) {
        assertEquals(expected.length, got.length, what);
        double scale = 1;
        for (double v : expected) scale = Math.max(scale, Math.abs(v));
        for (int i = 0; i < got.length; i++)
            assertEquals(expected[i], got[i], TOLERANCE * scale, what + ", element " + i);
    }
}
