package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Gradients;
import dev.lamina.Parameter;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Recurrent layers against PyTorch 2.7 in binary64, with the same parameters by the same names: outputs,
/// last states and all gradients. `recurrent.txt` was written by `benchmarks/peers/run fixtures
/// recurrent FILE`.
class KnownRecurrentTest {
    private static final int TIME = 3;
    private static final int BATCH = 2;
    private static final int IN = 3;
    private static final int HIDDEN = 4;

    @TestFactory
    Stream<DynamicTest> likePyTorch() throws IOException {
        var cases = new LinkedHashMap<String, Map<String, double[]>>();
        try (var in = KnownRecurrentTest.class.getResourceAsStream("recurrent.txt")) {
            Map<String, double[]> results = null;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] words = line.split(" ");
                if (words[0].equals("case")) cases.put(line.substring(5), results = new LinkedHashMap<>());
                else
                    results.put(
                            words[0],
                            Arrays.stream(words)
                                    .skip(1)
                                    .mapToDouble(Double::parseDouble)
                                    .toArray());
            }
        }
        assertTrue(cases.size() >= 10, () -> "only " + cases.keySet());
        return cases.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getKey(), e.getValue())));
    }

    private static Recurrent<?> layer(String name) {
        String[] w = name.split(" ");
        int layers = Integer.parseInt(value(w[1]));
        int projection = Integer.parseInt(value(w[4]));
        Recurrent<?> r = switch (w[0]) {
            case "rnn_tanh" -> new Rnn(IN, HIDDEN);
            case "rnn_relu" -> new Rnn(IN, HIDDEN).relu();
            case "lstm" -> projection > 0 ? new Lstm(IN, HIDDEN).projection(projection) : new Lstm(IN, HIDDEN);
            case "gru" -> new Gru(IN, HIDDEN);
            default -> throw new IllegalArgumentException(name);
        };
        r = r.timeFirst().layers(layers);
        if (value(w[2]).equals("true")) r = r.bidirectional();
        return value(w[3]).equals("true") ? r : r.noBias();
    }

    private static String value(String word) {
        return word.substring(word.indexOf('=') + 1);
    }

    private static void compare(String name, Map<String, double[]> expected) {
        Recurrent<?> layer = here(() -> layer(name));
        layer.to(DType.F64);
        var of = new ArrayList<Tensor>();
        var names = new ArrayList<String>();
        double phase = 1;
        for (var e : layer.own().entrySet()) {
            Parameter p = e.getValue();
            p.assign(pattern(phase++, p.shape().dims()).mul(0.5));
            of.add(p.value());
            names.add("d" + e.getKey());
        }
        var s = layer.stack;
        int count = s.layers() * s.directions();
        Tensor x = pattern(0.5, TIME, BATCH, IN);
        Tensor h = pattern(0.3, count, BATCH, s.kind().size(HIDDEN));
        Tensor c = s.kind().memory() ? pattern(0.8, count, BATCH, HIDDEN) : null;
        names.addAll(List.of("dx", "dh"));
        of.addAll(List.of(x, h));
        if (c != null) names.add("dc");
        if (c != null) of.add(c);
        var first = new State(h, c);
        Gradients g = here(() -> Tape.gradients(
                () -> loss(List.copyOf(results(layer.run(x, first)).values())), of));
        var got = results(layer.run(x, first));
        for (int i = 0; i < of.size(); i++) got.put(names.get(i), g.all().get(i));
        assertEquals(expected.keySet(), got.keySet());
        expected.forEach((what, numbers) -> {
            double[] mine = got.get(what).toDoubles();
            assertEquals(numbers.length, mine.length, what);
            for (int i = 0; i < mine.length; i++)
                assertEquals(numbers[i], mine[i], 1e-7 * (1 + Math.abs(numbers[i])), what + ", element " + i);
        });
    }

    private static Map<String, Tensor> results(Recurrent.Output out) {
        var all = new LinkedHashMap<String, Tensor>();
        all.put("y", out.y());
        all.put("h", out.state().h());
        if (out.state().c() != null) all.put("c", out.state().c());
        return all;
    }

    private static Tensor loss(List<Tensor> results) {
        Tensor sum = null;
        double phase = 0.1;
        for (Tensor t : results) {
            Tensor part = t.mul(pattern(phase++, t.shape().dims())).sum();
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }
}
