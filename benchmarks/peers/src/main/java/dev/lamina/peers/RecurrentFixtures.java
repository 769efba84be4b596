package dev.lamina.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Writes what PyTorch's recurrent networks give in binary64, with all gradients: the known answers of core's
/// tests. Inputs, states and parameters are a sine of the element's number; the loss is a sum of all results
/// with such weights.
final class RecurrentFixtures {
    private static final int TIME = 3;
    private static final int BATCH = 2;
    private static final int IN = 3;
    private static final int HIDDEN = 4;

    private RecurrentFixtures() {}

    private enum Kind {
        RNN_TANH,
        RNN_RELU,
        LSTM,
        GRU
    }

    private record Case(Kind kind, int layers, boolean both, boolean bias, int projection) {
        String name() {
            return kind.name().toLowerCase(Locale.ROOT) + " layers=" + layers + " both=" + both + " bias=" + bias
                    + " projection=" + projection;
        }

        int gates() {
            return switch (kind) {
                case RNN_TANH, RNN_RELU -> 1;
                case LSTM -> 4;
                case GRU -> 3;
            };
        }
    }

    static void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        for (Case c : List.of(
                new Case(Kind.RNN_TANH, 1, false, true, 0),
                new Case(Kind.RNN_RELU, 2, true, true, 0),
                new Case(Kind.LSTM, 1, false, true, 0),
                new Case(Kind.LSTM, 2, false, true, 0),
                new Case(Kind.LSTM, 2, true, true, 0),
                new Case(Kind.LSTM, 1, false, false, 0),
                new Case(Kind.LSTM, 2, true, true, 2),
                new Case(Kind.GRU, 1, false, true, 0),
                new Case(Kind.GRU, 2, true, true, 0),
                new Case(Kind.GRU, 1, false, false, 0))) write(c, lines);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }

    private static void write(Case c, List<String> lines) {
        try (NDManager m = NDManager.newBaseManager("PyTorch")) {
            int directions = c.both ? 2 : 1;
            int size = c.projection > 0 ? c.projection : HIDDEN;
            var names = new ArrayList<String>();
            var params = new NDList();
            for (int k = 0; k < c.layers * directions; k++) {
                String suffix = "_l" + k / directions + (k % directions == 1 ? "_reverse" : "");
                int width = k < directions ? IN : size * directions;
                add(m, names, params, "weight_ih" + suffix, c.gates() * HIDDEN, width);
                add(m, names, params, "weight_hh" + suffix, c.gates() * HIDDEN, size);
                if (c.bias) {
                    add(m, names, params, "bias_ih" + suffix, c.gates() * HIDDEN);
                    add(m, names, params, "bias_hh" + suffix, c.gates() * HIDDEN);
                }
                if (c.projection > 0) add(m, names, params, "weight_hr" + suffix, size, HIDDEN);
            }
            NDArray x = pattern(m, 0.5, TIME, BATCH, IN);
            var states = new NDList(pattern(m, 0.3, c.layers * directions, BATCH, size));
            if (c.kind == Kind.LSTM) states.add(pattern(m, 0.8, c.layers * directions, BATCH, HIDDEN));
            var of = new NDList(x);
            of.addAll(states);
            of.addAll(params);
            of.forEach(a -> a.setRequiresGradient(true));
            try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDList out = run(c, x, states, params);
                NDArray loss = null;
                double phase = 0.1;
                for (NDArray y : out) {
                    NDArray part =
                            y.mul(pattern(m, phase++, dims(y.getShape()))).sum();
                    loss = loss == null ? part : loss.add(part);
                }
                collector.backward(loss);
                lines.add("case " + c.name());
                String[] results = {"y", "h", "c"};
                for (int i = 0; i < out.size(); i++) lines.add(results[i] + " " + numbers(out.get(i)));
            }
            var of2 = new ArrayList<>(List.of("dx", "dh"));
            if (c.kind == Kind.LSTM) of2.add("dc");
            names.forEach(n -> of2.add("d" + n));
            for (int i = 0; i < of.size(); i++)
                lines.add(of2.get(i) + " " + numbers(of.get(i).getGradient()));
        }
    }

    private static NDList run(Case c, NDArray x, NDList states, NDList params) {
        var ops = x.getNDArrayInternal();
        return switch (c.kind) {
            case LSTM -> ops.lstm(x, states, params, c.bias, c.layers, 0, true, c.both, false);
            case GRU -> ops.gru(x, states.head(), params, c.bias, c.layers, 0, true, c.both, false);
            case RNN_TANH, RNN_RELU ->
                ops.rnn(
                        x,
                        states.head(),
                        params,
                        c.bias,
                        c.layers,
                        c.kind == Kind.RNN_RELU ? RNN.Activation.RELU : RNN.Activation.TANH,
                        0,
                        true,
                        c.both,
                        false);
        };
    }

    /// A parameter: half a sine, its phase its number.
    private static void add(NDManager m, List<String> names, NDList params, String name, int... shape) {
        names.add(name);
        params.add(pattern(m, names.size(), shape).mul(0.5));
    }

    private static int[] dims(Shape s) {
        return Arrays.stream(s.getShape()).mapToInt(Math::toIntExact).toArray();
    }

    /// `sin(0.7 * i + phase)` for the i-th element.
    private static NDArray pattern(NDManager m, double phase, int... shape) {
        int n = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        var data = new double[n];
        for (int i = 0; i < n; i++) data[i] = Math.sin(0.7 * i + phase);
        return m.create(data, new Shape(Arrays.stream(shape).asLongStream().toArray()));
    }

    private static String numbers(NDArray a) {
        return Arrays.stream(a.toDoubleArray())
                .mapToObj(v -> String.format(Locale.ROOT, "%.9g", v))
                .collect(Collectors.joining(" "));
    }
}
