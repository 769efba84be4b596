package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Gradients;
import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every recurrent layer against its formulas, one sequence and one step at a time, in f64: outputs, states,
/// and the gradients of all of them with respect to everything.
class RecurrentTest {
    private static final int IN = 3;
    private static final int HIDDEN = 4;
    private static final int TIME = 4;
    private static final int[] EQUAL = {TIME, TIME, TIME};
    private static final int[] RAGGED = {2, 4, 1};
    private static final double STEP = 1e-5;

    /// A layer with its formula, and the sizes of its states.
    private record Variant(Recurrent<?> layer, Alone.Kind kind) {}

    private static Map<String, Supplier<Variant>> variants() {
        var all = new LinkedHashMap<String, Supplier<Variant>>();
        all.put("rnn", () -> new Variant(new Rnn(IN, HIDDEN), Alone.Kind.TANH));
        all.put("rnn relu", () -> new Variant(new Rnn(IN, HIDDEN).relu().noBias(), Alone.Kind.RELU));
        all.put("rnn both ways", () -> new Variant(new Rnn(IN, HIDDEN).layers(2).bidirectional(), Alone.Kind.TANH));
        all.put("lstm", () -> new Variant(new Lstm(IN, HIDDEN), Alone.Kind.LSTM));
        all.put(
                "lstm both ways",
                () -> new Variant(new Lstm(IN, HIDDEN).bidirectional().layers(2), Alone.Kind.LSTM));
        all.put("lstm without bias", () -> new Variant(new Lstm(IN, HIDDEN).noBias(), Alone.Kind.LSTM));
        all.put("peepholes", () -> new Variant(new Lstm(IN, HIDDEN).peepholes().layers(2), Alone.Kind.LSTM));
        all.put("projection", () -> new Variant(new Lstm(IN, HIDDEN).layers(2).projection(2), Alone.Kind.LSTM));
        all.put(
                "peepholes, projection, both ways",
                () -> new Variant(new Lstm(IN, HIDDEN).peepholes().projection(2).bidirectional(), Alone.Kind.LSTM));
        all.put("gru", () -> new Variant(new Gru(IN, HIDDEN), Alone.Kind.GRU));
        all.put("gru both ways", () -> new Variant(new Gru(IN, HIDDEN).layers(2).bidirectional(), Alone.Kind.GRU));
        all.put("gru without bias", () -> new Variant(new Gru(IN, HIDDEN).noBias(), Alone.Kind.GRU));
        all.put(
                "gru reset before",
                () -> new Variant(new Gru(IN, HIDDEN).resetBefore().bidirectional(), Alone.Kind.GRU_RESET_BEFORE));
        return all;
    }

    private static Variant prepared(Supplier<Variant> make) {
        Variant v = here(make);
        prepare(v.layer);
        return v;
    }

    private static void prepare(Recurrent<?> layer) {
        layer.to(DType.F64);
        double phase = 1;
        for (Parameter p : layer.trainable())
            p.assign(pattern(phase++, p.shape().dims()).mul(0.5));
    }

    private static State first(Recurrent<?> layer) {
        var s = layer.stack;
        int count = s.layers() * s.directions();
        Tensor h = pattern(0.3, count, EQUAL.length, s.kind().size(HIDDEN));
        return new State(h, s.kind().memory() ? pattern(0.8, count, EQUAL.length, HIDDEN) : null);
    }

    @TestFactory
    Stream<DynamicTest> equalLengths() {
        return each(v -> {
            State first = first(v.layer);
            compare(v, x -> v.layer.run(x.getFirst(), state(x)), EQUAL, first);
            compare(v, x -> v.layer.run(x.getFirst(), EQUAL, state(x)), EQUAL, first);
        });
    }

    @TestFactory
    Stream<DynamicTest> sequencesOfDifferentLengthAsIfEachWereAlone() {
        return each(v -> compare(v, x -> v.layer.run(x.getFirst(), RAGGED, state(x)), RAGGED, first(v.layer)));
    }

    @TestFactory
    Stream<DynamicTest> timeFirst() {
        return each(v -> {
            var layer = v.layer.timeFirst();
            compare(
                    v,
                    x -> {
                        var out = layer.run(x.getFirst().permute(1, 0, 2), RAGGED, state(x));
                        return new Recurrent.Output(out.y().permute(1, 0, 2), out.state());
                    },
                    RAGGED,
                    first(v.layer));
        });
    }

    /// One step at a time, each beginning where the last one ended.
    @TestFactory
    Stream<DynamicTest> theStateIsCarriedFromCallToCall() {
        return each(v -> {
            if (v.layer.stack.both()) return;
            compare(
                    v,
                    x -> {
                        var parts = new ArrayList<Tensor>();
                        State s = state(x);
                        for (Tensor step : x.getFirst().split(1, 1)) {
                            var out = v.layer.run(step, s);
                            parts.add(out.y());
                            s = out.state();
                        }
                        return new Recurrent.Output(Tensor.concat(1, parts), s);
                    },
                    EQUAL,
                    first(v.layer));
        });
    }

    private static Stream<DynamicTest> each(Consumer<Variant> test) {
        return variants().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> test.accept(prepared(e.getValue()))));
    }

    private static State state(List<Tensor> x) {
        return new State(x.get(1), x.get(2));
    }

    private interface Body {
        Recurrent.Output of(List<Tensor> in);
    }

    private static void compare(Variant v, Body body, int[] lengths, State first) {
        var s = v.layer.stack;
        var alone = new Alone(v.kind, v.layer.own(), s.layers(), s.both());
        Tensor x = pattern(0.5, EQUAL.length, TIME, IN);
        var in = Arrays.asList(x, first.h(), first.c());
        Body plain = all -> alone.run(all.getFirst(), lengths, state(all));
        same("output", flat(plain.of(in)), flat(body.of(in)));
        same("gradient", gradients(v.layer, plain, in), gradients(v.layer, body, in));
    }

    private static List<Tensor> flat(Recurrent.Output out) {
        var all = new ArrayList<>(List.of(out.y(), out.state().h()));
        if (out.state().c() != null) all.add(out.state().c());
        return all;
    }

    private static Tensor loss(Body body, List<Tensor> in) {
        Tensor sum = null;
        double phase = 0.1;
        for (Tensor t : flat(body.of(in))) {
            Tensor part = t.mul(pattern(phase++, t.shape().dims())).sum();
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }

    private static List<Tensor> gradients(Layer layer, Body body, List<Tensor> in) {
        var of = new ArrayList<Tensor>();
        for (Tensor t : in) if (t != null) of.add(t);
        layer.trainable().forEach(p -> of.add(p.value()));
        return here(() -> Tape.gradients(() -> loss(body, in), of)).all();
    }

    private static void same(String what, List<Tensor> expected, List<Tensor> got) {
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) {
            assertEquals(expected.get(i).shape(), got.get(i).shape());
            double[] e = expected.get(i).toDoubles();
            double[] g = got.get(i).toDoubles();
            for (int k = 0; k < g.length; k++) assertEquals(e[k], g[k], 1e-10, what + " " + i + ", element " + k);
        }
    }

    /// The normalised variants too, and what is differentiated twice.
    @TestFactory
    Stream<DynamicTest> finiteDifferences() {
        var layers = new LinkedHashMap<String, Supplier<Recurrent<?>>>();
        variants().forEach((name, v) -> layers.put(name, () -> v.get().layer));
        layers.put("rnn normalised", () -> new Rnn(IN, HIDDEN).layerNorm().layers(2));
        layers.put("lstm normalised", () -> new Lstm(IN, HIDDEN).layerNorm().bidirectional());
        layers.put(
                "lstm normalised with all else",
                () -> new Lstm(IN, HIDDEN).peepholes().layerNorm().projection(2));
        layers.put("gru normalised", () -> new Gru(IN, HIDDEN).layerNorm());
        layers.put(
                "gru normalised, reset before",
                () -> new Gru(IN, HIDDEN).layerNorm().resetBefore());
        return layers.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    Recurrent<?> layer = here(() -> e.getValue().get());
                    prepare(layer);
                    Tensor x = pattern(0.5, EQUAL.length, TIME, IN);
                    UnaryOperator<Tensor> f = v -> loss(in -> layer.run(in.getFirst(), RAGGED), List.of(v));
                    differences(layer, x, f);
                    if (layer.stack.kind().norm()) return; // twice through a normalisation takes long
                    differences(layer, x, v -> slope(layer, v, f));
                }));
    }

    /// A number made of the gradient in x.
    private static Tensor slope(Layer layer, Tensor x, UnaryOperator<Tensor> f) {
        Tensor g = Tape.gradients(() -> f.apply(x), List.of(x)).all().getFirst();
        return g.mul(pattern(0.7, x.shape().dims())).sum();
    }

    /// Along one direction of x and of all parameters together.
    private static void differences(Layer layer, Tensor x, UnaryOperator<Tensor> f) {
        var of = new ArrayList<>(List.of(x));
        layer.trainable().forEach(p -> of.add(p.value()));
        Gradients g = here(() -> Tape.gradients(() -> f.apply(x), of));
        double slope = 0;
        for (int i = 0; i < of.size(); i++) {
            Tensor d = pattern(0.9 + i, of.get(i).shape().dims());
            slope += g.all().get(i).mul(d).sum().toDoubles()[0];
        }
        double difference = (moved(layer, x, f, STEP) - moved(layer, x, f, -STEP)) / (2 * STEP);
        assertEquals(difference, slope, 2e-7 * (1 + Math.abs(slope)));
    }

    private static double moved(Layer layer, Tensor x, UnaryOperator<Tensor> f, double step) {
        return Scope.call(() -> {
            var before = new ArrayList<Tensor>();
            int i = 0;
            for (Parameter p : layer.trainable()) {
                before.add(p.value().mul(1));
                p.assign(p.value().add(pattern(0.9 + ++i, p.shape().dims()).mul(step)));
            }
            Tensor at = x.add(pattern(0.9, x.shape().dims()).mul(step));
            double y = here(() -> Mode.train(() -> f.apply(at))).toDoubles()[0];
            i = 0;
            for (Parameter p : layer.trainable()) p.assign(before.get(i++));
            return y;
        });
    }
}
