package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Embedding;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.SequenceCrossEntropy;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.testing.Reference;
import dev.lamina.text.Corpus;
import dev.lamina.text.DecoderState.None;
import dev.lamina.text.DecoderStep;
import dev.lamina.text.Sampler;
import dev.lamina.text.Sampling;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// From tokens to a trained model and back, on padded batches and on windows of a text.
class SequenceTrainingTest {
    private static final Device DEVICE = Reference.device();

    /// Sequences of 1 to 4 tokens; each token's target is the token after it in 0, 1, 2, 0, ...
    private static final Dataset PADDED = new Dataset() {
        @Override
        public int size() {
            return 12;
        }

        @Override
        public Sample get(int index) {
            int n = 1 + index % 4;
            int[] x = new int[n];
            int[] y = new int[n];
            for (int i = 0; i < n; i++) {
                x[i] = (index + i) % 3;
                y[i] = (x[i] + 1) % 3;
            }
            return new Sample(Values.of(x, n), Values.of(y, n));
        }
    };

    private static Layer model(int classes) {
        return new Rng(1).with(() -> new Sequential(new Embedding(classes, 8), new Dense(8, classes)));
    }

    @Test
    void aLossMayUseTheMaskOfItsBatch() {
        DEVICE.with(() -> {
            Layer model = model(3);
            var trainer = new Trainer(
                    model,
                    b -> model.apply(b.inputs()),
                    (y, b) -> Losses.sequenceCrossEntropy(y, b.targets(), b.targetMask()),
                    new Adam(model, 0.05));
            var loader = new DataLoader(PADDED, 4).pad(0, 0);
            trainer.fit(loader.shuffle(1), 30);
            assertTrue(trainer.evaluate(loader).get("loss") < 0.1);
            // Padding with another token changes nothing of the loss.
            assertEquals(
                    trainer.evaluate(loader).get("loss"),
                    trainer.evaluate(new DataLoader(PADDED, 4).pad(2, 1)).get("loss"),
                    1e-6);
            assertEquals(1, trainer.evaluate(loader, new Right()).get("right"));
            assertEquals(List.of(12, 4, 3), shape(trainer.predict(loader)));
        });
    }

    private static List<Integer> shape(Tensor t) {
        return Arrays.stream(t.shape().dims()).boxed().toList();
    }

    /// The fraction of tokens of 0..2 whose best prediction is the one after.
    private static final class Right implements Metric {
        private double right;
        private double all;

        @Override
        public String name() {
            return "right";
        }

        @Override
        public void reset() {
            right = 0;
            all = 0;
        }

        @Override
        public void add(Tensor predictions, Tensor targets) {
            int[] best = predictions.argMax(2).toInts();
            int[] t = targets.toInts();
            for (int i = 0; i < t.length; i += 4) { // the first of each sequence is never padding
                if (best[i] == t[i]) right++;
                all++;
            }
        }

        @Override
        public double value() {
            return right / all;
        }
    }

    @Test
    void aLanguageModelOfACycleWritesIt() {
        var text = new int[200];
        for (int i = 0; i < text.length; i++) text[i] = i % 5;
        var parts = Corpus.of(text).split(0.8);
        DEVICE.with(() -> {
            Layer model = model(5);
            var trainer = new Trainer(model, new SequenceCrossEntropy(), new Adam(model, 0.1));
            trainer.fit(new DataLoader(parts.getFirst().randomWindows(8), 4).shuffle(1), 20);
            var seen = trainer.evaluate(new DataLoader(parts.getLast().windows(8), 2), new Perplexity());
            assertTrue(seen.get("perplexity") < 1.1, seen.toString());
            assertEquals(Math.exp(seen.get("loss")), seen.get("perplexity"), 1e-3);
            DecoderStep<None> step = (state, tokens) -> new DecoderStep.Next<>(model.apply(tokens), state);
            int[] written = new Sampler(Sampling.greedy(), 7).write(step, new None(), new int[] {2, 3}, new Rng(1));
            assertEquals("[4, 0, 1, 2, 3, 4, 0]", Arrays.toString(written));
        });
    }
}
