package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.DivergenceException;
import dev.lamina.LaminaException;
import dev.lamina.Mode;
import dev.lamina.OpListener;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.op.Steps;
import dev.lamina.optim.Sgd;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// How recurrent layers are used: names, states, lengths, masks, and what goes wrong.
class RecurrentUseTest {
    private static <L extends Layer> L f64(Supplier<L> make) {
        L layer = here(make);
        layer.to(DType.F64);
        return layer;
    }

    @Test
    void namesArePyTorchs() {
        assertEquals(
                List.of(
                        "weight_ih_l0",
                        "weight_hh_l0",
                        "bias_ih_l0",
                        "bias_hh_l0",
                        "weight_hr_l0",
                        "weight_ih_l0_reverse",
                        "weight_hh_l0_reverse",
                        "bias_ih_l0_reverse",
                        "bias_hh_l0_reverse",
                        "weight_hr_l0_reverse"),
                List.copyOf(here(() -> new Lstm(3, 4).projection(2).bidirectional())
                        .parameters()
                        .keySet()));
        var gru = here(() -> new Gru(3, 4).layers(2).noBias()).parameters();
        assertEquals(
                List.of("weight_ih_l0", "weight_hh_l0", "weight_ih_l1", "weight_hh_l1"), List.copyOf(gru.keySet()));
        assertEquals(Shape.of(12, 3), gru.get("weight_ih_l0").shape());
        assertEquals(Shape.of(12, 4), gru.get("weight_hh_l1").shape());
        assertEquals(
                List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
                List.copyOf(here(() -> new LstmCell(3, 4)).parameters().keySet()));
    }

    @Test
    void optionsKeepTheParametersThatFit() {
        Lstm one = here(() -> new Lstm(3, 4));
        Lstm more = here(() -> one.layers(2).bidirectional().dropout(0.5).timeFirst());
        Parameter first = one.own().get("weight_hh_l0");
        assertEquals(first, more.own().get("weight_hh_l0"));
        assertEquals(Shape.of(16, 8), more.own().get("weight_ih_l1").shape());
        assertFalse(first == here(() -> one.projection(2)).own().get("weight_hh_l0"));
    }

    /// With lengths, whatever stands in the padding is not even looked at.
    @Test
    void paddingIsNeitherReadNorGivenAGradient() {
        Lstm lstm = f64(() -> new Lstm(2, 3).bidirectional());
        double[] data = new double[2 * 3 * 2];
        for (int i = 0; i < data.length; i++) data[i] = i >= 2 && i < 6 ? Double.NaN : 0.1 * i;
        Tensor x = Known.DEVICE.with(() -> Tensor.of(data, 2, 3, 2));
        var g = here(() -> Tape.gradients(
                () -> lstm.run(x, 1, 3).y().square().sum(),
                new ArrayList<>(List.of(x, lstm.own().get("weight_ih_l0").value()))));
        assertTrue(Double.isFinite(g.loss().toDoubles()[0]));
        double[] dx = g.all().getFirst().toDoubles();
        for (int i = 0; i < dx.length; i++)
            if (i >= 2 && i < 6) assertEquals(0, dx[i]);
            else assertTrue(Double.isFinite(dx[i]) && dx[i] != 0);
        double[] y = lstm.run(x, 1, 3).y().toDoubles();
        for (int i = 6; i < 18; i++) assertEquals(0, y[i]);
    }

    /// 3 sequences of 5, 2 and 1 steps: 8 rows and not 15 are multiplied, forward and back.
    @Test
    void nothingIsComputedForPadding() {
        Gru gru = f64(() -> new Gru(2, 3));
        Tensor x = pattern(0.5, 3, 5, 2);
        var elements = new long[2];
        OpListener count = (op, in, out, _) -> {
            if (op.name().contains("_step"))
                elements[op.name().endsWith("gradient") ? 1 : 0] +=
                        out.getFirst().shape().size();
        };
        here(() -> count.listenTo(() -> Tape.gradients(
                        () -> gru.run(x, 5, 2, 1).y().sum(), gru.trainable())
                .loss()));
        assertArrayEquals(new long[] {8 * 3, 8 * 3}, elements);
    }

    @Test
    void aMaskStandsForLengths() {
        Gru gru = f64(() -> new Gru(2, 3));
        Tensor x = pattern(0.5, 2, 3, 2);
        Tensor mask = Known.DEVICE.with(() -> Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 2, 3));
        assertArrayEquals(gru.run(x, 1, 3).y().toDoubles(), gru.run(x, mask).y().toDoubles());
        error(
                "mask: expected [2, 3] for 2 sequences of 3 steps, got [2, 4]",
                () -> gru.run(x, Known.DEVICE.with(() -> Tensor.ones(2, 4))));
        Tensor hole = Known.DEVICE.with(() -> Tensor.of(new float[] {1, 1, 1, 1, 0, 1}, 2, 3));
        error("mask: sequence 1 has padding at step 1 and goes on at step 2", () -> gru.run(x, hole));
    }

    @Test
    void packedSequencesComeBackInTheirOrder() {
        Lstm lstm = f64(() -> new Lstm(2, 3));
        Tensor x = pattern(0.5, 3, 4, 2);
        Packed packed = Packed.of(x, 1, 4, 2);
        assertEquals(Shape.of(7, 2), packed.rows().shape());
        var out = lstm.run(packed);
        var padded = lstm.run(x, 1, 4, 2);
        assertArrayEquals(padded.y().toDoubles(), out.y().pad().toDoubles());
        assertArrayEquals(padded.state().c().toDoubles(), out.state().c().toDoubles());
    }

    @Test
    void theLastStateIsALayer() {
        Gru gru = f64(() -> new Gru(2, 3).layers(2).bidirectional());
        Tensor x = pattern(0.5, 2, 4, 2);
        Tensor y = gru.apply(x);
        Tensor last = gru.last().apply(x);
        assertEquals(Shape.of(2, 6), last.shape());
        assertArrayEquals(
                y.slice(1, 3, 4).slice(2, 0, 3).toDoubles(), last.slice(1, 0, 3).toDoubles(), 1e-15);
        assertArrayEquals(
                y.slice(1, 0, 1).slice(2, 3, 6).toDoubles(), last.slice(1, 3, 6).toDoubles(), 1e-15);
        assertEquals(gru.own(), gru.last().own());
    }

    @Test
    void cellsAreOneStep() {
        LstmCell cell = f64(() -> new LstmCell(2, 3));
        Lstm lstm = f64(() -> new Lstm(2, 3));
        lstm.own()
                .forEach((name, p) ->
                        p.assign(cell.own().get(name.replace("_l0", "")).value()));
        Tensor x = pattern(0.5, 4, 3, 2);
        State s = null;
        for (int t = 0; t < 3; t++) s = cell.next(x.slice(1, t, t + 1).squeeze(1), s);
        State expected = lstm.run(x).state();
        assertArrayEquals(expected.h().toDoubles(), s.h().toDoubles(), 1e-15);
        assertArrayEquals(expected.c().toDoubles(), s.c().toDoubles(), 1e-15);
        for (Layer other : here(() -> List.<Layer>of(
                new RnnCell(2, 3).relu().layerNorm(),
                new GruCell(2, 3).resetBefore().layerNorm(),
                new LstmCell(2, 3).peepholes().projection(3).layerNorm())))
            assertEquals(
                    Shape.of(4, 3), other.apply(here(() -> Tensor.ones(4, 2))).shape());
        error(
                "lstm cell: the state c must be [4, 3], got [4, 2]",
                () -> cell.next(pattern(0, 4, 2), new State(pattern(0, 4, 3), pattern(0, 4, 2))));
    }

    /// The gradient of a window with a detached state is that with the state as a constant.
    @Test
    void truncatedBackpropagationThroughTime() {
        Lstm lstm = f64(() -> new Lstm(2, 3));
        Tensor x = pattern(0.5, 2, 6, 2);
        List<Tensor> windows = x.split(1, 3);
        State between = lstm.run(windows.getFirst()).state();
        var truncated = here(() -> Tape.gradients(
                () -> {
                    var first = lstm.run(windows.getFirst());
                    var second = lstm.run(windows.get(1), first.state().detach());
                    return first.y().square().sum().add(second.y().square().sum());
                },
                lstm.trainable()));
        var apart = here(() -> Tape.gradients(
                () -> lstm.run(windows.getFirst())
                        .y()
                        .square()
                        .sum()
                        .add(lstm.run(windows.get(1), between).y().square().sum()),
                lstm.trainable()));
        var whole = here(() -> Tape.gradients(() -> lstm.apply(x).square().sum(), lstm.trainable()));
        assertEquals(whole.loss().toDoubles()[0], truncated.loss().toDoubles()[0], 1e-12);
        for (int i = 0; i < 4; i++)
            assertArrayEquals(
                    apart.all().get(i).toDoubles(), truncated.all().get(i).toDoubles(), 1e-12);
        double gap = whole.all()
                .getFirst()
                .sub(truncated.all().getFirst())
                .abs()
                .max()
                .toDoubles()[0];
        assertTrue(gap > 1e-3, "the gradient through the cut is missing");
    }

    @Test
    void dropoutIsBetweenLayersAndInTrainingOnly() {
        Rnn rnn = here(() -> new Rnn(2, 8).layers(2).dropout(0.5));
        Tensor x = here(() -> Tensor.ones(3, 4, 2));
        assertArrayEquals(rnn.apply(x).toFloats(), rnn.apply(x).toFloats());
        Supplier<Tensor> train = () -> new Rng(4).with(() -> Mode.train(() -> rnn.apply(x)));
        assertArrayEquals(train.get().toFloats(), train.get().toFloats());
        assertFalse(Arrays.equals(train.get().toFloats(), rnn.apply(x).toFloats()));
        Rnn single = here(() -> new Rnn(2, 8).dropout(0.5));
        assertArrayEquals(
                single.apply(x).toFloats(),
                here(() -> Mode.train(() -> single.apply(x))).toFloats());
    }

    @Test
    void anEmptyBatch() {
        Lstm lstm = here(() -> new Lstm(2, 3).layers(2).bidirectional());
        Tensor x = here(() -> Tensor.zeros(0, 4, 2));
        assertEquals(Shape.of(0, 4, 6), lstm.apply(x).shape());
        var g = here(() -> Tape.gradients(() -> lstm.apply(x).sum(), lstm.trainable()));
        for (Tensor t : g.all()) for (float v : t.toFloats()) assertEquals(0, v);
    }

    @Test
    void selectFollowsTheBestOfSeveral() {
        State s = new State(pattern(0, 2, 3, 4), pattern(1, 2, 3, 4));
        State picked = s.select(Known.ints(Known.s(2), 2, 0));
        assertEquals(Shape.of(2, 2, 4), picked.h().shape());
        assertArrayEquals(
                s.c().slice(1, 2, 3).toDoubles(), picked.c().slice(1, 0, 1).toDoubles());
    }

    private static void error(String message, Runnable body) {
        String got = assertThrows(LaminaException.class, body::run).getMessage();
        assertTrue(got.startsWith(message), got);
    }

    @Test
    void errors() {
        Lstm lstm = here(() -> new Lstm(2, 3).layers(2));
        Tensor x = here(() -> Tensor.zeros(4, 5, 2));
        error("lstm: expected [batch, time, 2], got [4, 5, 3]", () -> lstm.apply(here(() -> Tensor.zeros(4, 5, 3))));
        error("lstm: expected [batch, time, 2], got [5, 2]", () -> lstm.apply(here(() -> Tensor.zeros(5, 2))));
        error("lstm: there are no steps in [4, 0, 2]", () -> lstm.apply(here(() -> Tensor.zeros(4, 0, 2))));
        error("lstm: 3 lengths for a batch of 4 sequences", () -> lstm.run(x, 1, 2, 3));
        error("lstm: the length of sequence 2 is 6, which is not in 1..5", () -> lstm.run(x, 1, 2, 6, 5));
        error("lstm: the length of sequence 1 is 0, which is not in 1..5", () -> lstm.run(x, 1, 0, 5, 5));
        assertThrows(ShapeException.class, () -> Packed.of(x, 1, 0, 5, 5));
        State wrong = here(() -> new State(Tensor.zeros(2, 3, 3), Tensor.zeros(2, 4, 3)));
        error(
                "lstm: the initial h must be [2, 4, 3] [layers x directions, batch, size], got [2, 3, 3]",
                () -> lstm.run(x, wrong));
        State memory = here(() -> new State(Tensor.zeros(2, 4, 3), Tensor.zeros(1, 4, 3)));
        error("lstm: the initial c must be [2, 4, 3]", () -> lstm.run(x, memory));
        error("lstm: the initial state has no c", () -> lstm.run(x, new State(memory.h())));
        assertThrows(DTypeException.class, () -> lstm.apply(x.cast(DType.F64)));
        error("gru: hidden must be positive, got 0", () -> new Gru(2, 0));
        error(
                "rnn: dropout must be in [0, 1), got 1.0",
                () -> here(() -> new Rnn(2, 3)).dropout(1));
        error("steps: no step may have more sequences", () -> new Steps(List.of(1, 2), false));
    }

    /// A step too far with relu: the state grows by a power a step, and the training loop says where and what
    /// helps.
    @Test
    void anExplodingStepIsNamed() {
        Layer model = here(() -> new Sequential(new Rnn(1, 4).relu().last(), new Dense(4, 1)));
        var x = new float[4][12];
        for (float[] row : x) Arrays.fill(row, 1);
        var data = Dataset.of(x, new float[4][1]).mapInputs(v -> v.reshape(12, 1));
        var trainer = new Trainer(model, Losses::mse, new Sgd(model, 1e3));
        String message = assertThrows(
                        DivergenceException.class, () -> trainer.fit(new DataLoader(data, 4), TrainOptions.epochs(30)))
                .getMessage();
        assertTrue(message.contains("at epoch ") && message.contains("step 1"), message);
        assertTrue(message.contains("clip gradients, for example Clip.byNorm(1)"), message);
    }
}
