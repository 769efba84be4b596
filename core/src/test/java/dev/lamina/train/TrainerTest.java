package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.IndexException;
import dev.lamina.MemoryStats;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.data.Batch;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import dev.lamina.optim.Sgd;
import dev.lamina.testing.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private final Device device = Reference.device();

    @TempDir
    Path dir;

    /// Points in the plane with the quadrant pair (x y > 0) as class.
    static Dataset xor(int n, long seed) {
        var rng = new Rng(seed);
        var x = new float[n][];
        var y = new int[n];
        for (int i = 0; i < n; i++) {
            x[i] = new float[] {2 * rng.nextFloat() - 1, 2 * rng.nextFloat() - 1};
            y[i] = x[i][0] * x[i][1] > 0 ? 1 : 0;
        }
        return Dataset.of(x, y);
    }

    private Layer model(double dropout) {
        return device.with(() -> new Rng(5)
                .with(() -> new Sequential(new Dense(2, 16), Tensor::tanh, new Dropout(dropout), new Dense(16, 2))));
    }

    private Trainer trainer(Layer model) {
        return new Trainer(model, Losses::crossEntropy, new Adam(model, 0.03));
    }

    private static Map<String, float[]> weights(Layer model) {
        var out = new HashMap<String, float[]>();
        model.parameters().forEach((n, p) -> out.put(n, p.value().toFloats()));
        return out;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> got) {
        expected.forEach((name, v) -> assertArrayEquals(v, got.get(name), 0f, name));
    }

    @Test
    void learnsXor() {
        Layer model = model(0);
        var seen = new ArrayList<String>();
        Callback log = new Callback() {
            @Override
            public void onEpochStart(int epoch, int steps) {
                if (epoch == 1) seen.add("start of " + steps);
            }

            @Override
            public void onStep(Step s) {
                if (s.epoch() == 1) seen.add(s.step() + "/" + s.steps() + ": " + s.samples());
            }

            @Override
            public void onEpochEnd(History.Epoch e) {
                if (e.epoch() == 1) seen.add("end after " + e.samples());
            }

            @Override
            public void onEnd(History h) {
                seen.add("end of " + h.epochs().size());
            }
        };
        var options = TrainOptions.epochs(25)
                .validation(new DataLoader(xor(100, 2), 50))
                .metrics(new Accuracy())
                .clip(Clip.byNorm(5))
                .schedule(Schedule.cosine(25 * 4, 0.1))
                .callbacks(log);
        History h = new Trainer(model, Losses::crossEntropy, new Adam(model, 0.1))
                .fit(new DataLoader(xor(200, 1), 60).shuffle(4), options);
        assertTrue(h.last().loss() < 0.3 * h.epochs().getFirst().loss(), h::toString);
        assertTrue(h.last().validation().get("accuracy") > 0.9, h::toString);
        assertEquals(0.01, h.last().learningRate(), 1e-9);
        assertEquals(
                List.of("start of 4", "1/4: 60", "2/4: 60", "3/4: 60", "4/4: 20", "end after 200", "end of 25"), seen);
    }

    @Test
    void goesOnBitForBitAfterACheckpoint() {
        var loader = new DataLoader(xor(60, 1), 16).shuffle(9);
        Layer whole = model(0.3);
        var wholeTrainer = trainer(whole);
        History all = wholeTrainer.fit(loader, TrainOptions.epochs(4).seed(11).schedule(Schedule.exponential(0.99)));
        Path file = dir.resolve("run.safetensors");
        var first = trainer(model(0.3));
        first.fit(loader, TrainOptions.epochs(2).seed(11).schedule(Schedule.exponential(0.99)));
        first.save(file);
        Layer other = device.with(() -> new Rng(99)
                .with(() -> new Sequential(new Dense(2, 16), Tensor::tanh, new Dropout(0.3), new Dense(16, 2))));
        var second = trainer(other);
        second.resume(file);
        assertEquals(2, second.epochs());
        History rest = second.fit(loader, TrainOptions.epochs(4).schedule(Schedule.exponential(0.99)));
        assertSame(weights(whole), weights(other));
        assertArrayEquals(new double[] {all.losses()[2], all.losses()[3]}, rest.losses(), 0.0, "and the same losses");
        Layer loaded = model(0);
        Weights.load(loaded, file);
        assertSame(weights(first.model()), weights(loaded));
    }

    @Test
    void accumulationIsALargerBatch() {
        Layer small = model(0);
        Layer large = model(0);
        Dataset data = xor(50, 1);
        new Trainer(small, Losses::crossEntropy, new Sgd(small, 0.5, 0.9))
                .fit(new DataLoader(data, 8), TrainOptions.epochs(3).accumulate(3));
        new Trainer(large, Losses::crossEntropy, new Sgd(large, 0.5, 0.9))
                .fit(new DataLoader(data, 24), TrainOptions.epochs(3));
        weights(large).forEach((name, v) -> assertArrayEquals(v, weights(small).get(name), 2e-5f, name));
    }

    @Test
    void readingTheLossSeldomChangesNothing() {
        Layer often = model(0.2);
        Layer seldom = model(0.2);
        var loader = new DataLoader(xor(50, 1), 7).shuffle(1);
        History a = trainer(often).fit(loader, TrainOptions.epochs(2).readEvery(1));
        History b = trainer(seldom).fit(loader, TrainOptions.epochs(2).readEvery(3));
        assertSame(weights(often), weights(seldom));
        assertArrayEquals(a.losses(), b.losses(), 1e-12);
        assertEquals(50, b.last().samples());
    }

    @Test
    void stopsEarlyAndBringsTheBestWeightsBack() {
        Layer model = model(0);
        var snapshots = new ArrayList<Map<String, float[]>>();
        Callback keep = new Callback() {
            @Override
            public void onEpochEnd(History.Epoch e) {
                snapshots.add(weights(model));
            }
        };
        // Trained towards wrong labels, the validation loss soon rises.
        Dataset wrong = xor(80, 1).mapTargets(v -> Values.label(1 - v.label()));
        History h = trainer(model)
                .fit(
                        new DataLoader(wrong, 20),
                        TrainOptions.epochs(30)
                                .validation(new DataLoader(xor(80, 1), 80))
                                .earlyStopping(EarlyStopping.patience(3))
                                .callbacks(keep));
        double[] losses = h.validation("loss");
        int best = 0;
        for (int i = 1; i < losses.length; i++) if (losses[i] < losses[best]) best = i;
        assertEquals(best + 4, losses.length, "patience 3");
        assertTrue(losses.length < 30);
        assertSame(snapshots.get(best), weights(model));
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> trainer(model)
                        .fit(
                                new DataLoader(wrong, 20),
                                TrainOptions.epochs(1).earlyStopping(EarlyStopping.highest("accuracy", 2))));
        assertTrue(e.getMessage().contains("there is no accuracy"), e::getMessage);
    }

    @Test
    void earlyStoppingGoesOnFromACheckpoint() {
        var loader = new DataLoader(xor(80, 1).mapTargets(v -> Values.label(1 - v.label())), 20);
        var options = TrainOptions.epochs(30)
                .validation(new DataLoader(xor(80, 1), 80))
                .earlyStopping(EarlyStopping.patience(4));
        var whole = trainer(model(0));
        Callback save = new Callback() {
            @Override
            public void onEpochEnd(History.Epoch e) {
                whole.save(dir.resolve("epoch" + e.epoch()));
            }
        };
        int epochs = whole.fit(loader, options.callbacks(save)).epochs().size();
        assertTrue(epochs < 30);
        var resumed = trainer(model(0.5));
        resumed.resume(dir.resolve("epoch" + (epochs - 1)));
        assertEquals(1, resumed.fit(loader, options).epochs().size(), "the patience that was left");
        assertSame(weights(whole.model()), weights(resumed.model()));
        var late = trainer(model(0));
        late.resume(dir.resolve("epoch" + epochs));
        assertEquals(0, late.fit(loader, options).epochs().size());
    }

    @Test
    void aCallbackCanStopAfterAnEpoch() {
        var trainer = trainer(model(0));
        Callback stop = new Callback() {
            @Override
            public void onEpochEnd(History.Epoch e) {
                if (e.epoch() == 2) trainer.stop();
            }
        };
        assertEquals(
                2,
                trainer.fit(
                                new DataLoader(xor(20, 1), 10),
                                TrainOptions.epochs(9).callbacks(stop))
                        .epochs()
                        .size());
        assertEquals(2, trainer.epochs());
    }

    @Test
    void evaluatesAndPredictsWithoutTraining() {
        Layer model = model(0.5);
        var trainer = trainer(model);
        var before = weights(model);
        var loader = new DataLoader(xor(30, 1), 8);
        var result = trainer.evaluate(loader, new Accuracy(), new TopK(2));
        assertEquals(List.of("loss", "accuracy", "top2"), List.copyOf(result.keySet()));
        assertEquals(1, result.get("top2"));
        assertEquals(result, trainer.evaluate(loader, new Accuracy(), new TopK(2)), "dropout is off");
        Tensor all = trainer.predict(loader);
        assertEquals(List.of(30, 2), List.of(all.shape().dim(0), all.shape().dim(1)));
        Batch b = device.with(() -> loader.epoch(0).next());
        float[] first = trainer.predict(b.inputs()).toFloats();
        float[] joined = all.toFloats();
        for (int i = 0; i < first.length; i++) assertEquals(joined[i], first[i], 0f);
        assertSame(before, weights(model));
    }

    /// Nothing in this test closes anything.
    @Test
    void memoryStaysFlatOver2000Steps() {
        var own = Reference.device();
        Layer model =
                own.with(() -> new Rng(1).with(() -> new Sequential(new Dense(2, 4), Tensor::relu, new Dense(4, 2))));
        var at = new HashMap<Integer, MemoryStats>();
        Callback measure = new Callback() {
            @Override
            public void onStep(Step s) {
                if (s.step() == 50 || s.step() == 2000) at.put(s.step(), own.memory());
            }
        };
        new Trainer(model, Losses::crossEntropy, new Adam(model, 1e-3))
                .fit(
                        new DataLoader(xor(8000, 1), 4).shuffle(1),
                        TrainOptions.epochs(1).callbacks(measure));
        MemoryStats early = at.get(50);
        MemoryStats late = at.get(2000);
        System.out.println("memory at step 50: " + early + "\nmemory at step 2000: " + late);
        assertEquals(early, late, "live buffers and bytes, peak and pool");
        assertTrue(late.liveBuffers() < 40, late::toString);
    }

    @Test
    void errorsSayWhatIsWrong() {
        var trainer = trainer(model(0));
        var stream = DataLoader.streaming(List.<Sample>of(), 4);
        var e = assertThrows(DataException.class, () -> trainer.fit(stream, 1));
        assertTrue(e.getMessage().contains("epoch 1 has no batches"), e::getMessage);
        Dataset bad = xor(20, 1).mapTargets(v -> Values.label(v.label() + 6));
        assertThrows(IndexException.class, () -> trainer.fit(new DataLoader(bad, 10), 1));
        var label = assertThrows(
                DataException.class, () -> trainerWithoutLoss().evaluate(new DataLoader(bad, 10), new Accuracy()));
        assertTrue(label.getMessage().matches("accuracy: label [67] of sample 0 is outside 0..1"), label::getMessage);
        assertThrows(IllegalArgumentException.class, () -> TrainOptions.epochs(-1));
        assertThrows(
                IllegalArgumentException.class, () -> TrainOptions.epochs(1).accumulate(0));
    }

    private Trainer trainerWithoutLoss() {
        Layer model = model(0);
        return new Trainer(model, (y, _) -> y.sum(), new Sgd(model, 0.1));
    }
}
