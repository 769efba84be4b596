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
import dev.lamina.nn.AttentionMask;
import dev.lamina.nn.Gru;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.nn.MultiHeadAttention;
import dev.lamina.nn.Packed;
import dev.lamina.nn.Recurrent;
import dev.lamina.nn.Rnn;
import dev.lamina.nn.TransformerDecoderLayer;
import dev.lamina.nn.TransformerEncoderLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
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
        return layers.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(), () -> compare(e.getValue(), LayerConformance::equalAndDifferentLengths)));
    }

    private static List<Supplier<Tensor>> equalAndDifferentLengths(Recurrent<?> layer, Tensor x) {
        return List.of(
                () -> layer.apply(x),
                () -> layer.run(x, LENGTHS).y(),
                () -> layer.run(Packed.of(x, LENGTHS)).state().h());
    }

    @TestFactory
    Stream<DynamicTest> attention() {
        return Stream.of(
                DynamicTest.dynamicTest(
                        "attention: causal, of different lengths, with other keys",
                        () -> compare(() -> new MultiHeadAttention(IN, 1), LayerConformance::causalAndMasked)),
                DynamicTest.dynamicTest(
                        "an encoder layer that normalises first, by RMS",
                        () -> compare(
                                () -> new TransformerEncoderLayer(IN, 1, 5)
                                        .rmsNorm()
                                        .normFirst(),
                                (layer, x) -> List.of(
                                        () -> layer.apply(x),
                                        () -> layer.apply(
                                                x, AttentionMask.NONE.lengths(Tensor.of(LENGTHS, LENGTHS.length)))))),
                DynamicTest.dynamicTest(
                        "a decoder layer that reads its own input",
                        () -> compare(
                                () -> new TransformerDecoderLayer(IN, 1, 5),
                                (layer, x) -> List.of(() -> layer.decode(x, x.square())))));
    }

    private static List<Supplier<Tensor>> causalAndMasked(MultiHeadAttention layer, Tensor x) {
        AttentionMask lengths = AttentionMask.NONE.lengths(Tensor.of(LENGTHS, LENGTHS.length));
        return List.of(
                () -> layer.attend(x, AttentionMask.CAUSAL),
                () -> layer.attend(x, lengths),
                () -> layer.attend(x, x.square(), x, lengths));
    }

    /// @param uses what is computed of the layer and an input `[3, TIME, IN]`
    private <L extends Layer> void compare(
            Supplier<? extends L> make, BiFunction<L, Tensor, List<Supplier<Tensor>>> uses) {
        List<double[]> expected = all(Reference.device(), DType.F64, make, uses);
        List<double[]> got = all(device, DType.F32, make, uses);
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) close("result " + i, expected.get(i), got.get(i));
    }

    /// The output and the gradients of each use.
    private static <L extends Layer> List<double[]> all(
            Device d, DType type, Supplier<? extends L> make, BiFunction<L, Tensor, List<Supplier<Tensor>>> uses) {
        return Scope.call(() -> d.with(() -> {
            L layer = new Rng(5).with(make::get);
            layer.to(type);
            var numbers = new Rng(9);
            layer.trainable()
                    .forEach(p -> p.assign(random(numbers, type, p.shape().dims())));
            Tensor x = random(numbers, type, LENGTHS.length, TIME, IN);
            var results = new ArrayList<double[]>();
            for (var use : uses.apply(layer, x)) results.addAll(gradients(layer, x, use));
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
