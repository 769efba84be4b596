package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.Tensor;
import dev.lamina.data.Batch;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Embedding;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Lstm;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import dev.lamina.text.BytePairTokenizer;
import dev.lamina.text.Tokenizer;
import dev.lamina.train.Accuracy;
import dev.lamina.train.Callback;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Classification of sentences of any length: good or bad, on made-up opinions in which word order decides. An LSTM
/// that reads the words in both directions, against a model that sees them in no order.
final class Sentiment implements Example {
    private static final int PADDING = 0;
    private static final int TRAIN = 8_000;
    private static final int TEST = 1_000;
    private static final int TEST_BATCH = 250;
    private static final int VOCABULARY = 400;
    private static final int SIZE = 32;
    private static final int HIDDEN = 48;
    private static final double DROPOUT = 0.2;
    private static final double CLIP = 1;
    private static final int BUCKET = 16;

    @Override
    public String name() {
        return "sentiment";
    }

    @Override
    public String description() {
        return "good or bad: made-up sentences of any length, in which word order decides";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(6, 32, 0.004, false);
    }

    @Override
    public int[] input() {
        return new int[] {24};
    }

    @Override
    public DType inputType() {
        return DType.I32;
    }

    @Override
    public Layer model() {
        return reader();
    }

    private static Reader reader() {
        return new Reader(
                new Embedding(VOCABULARY, SIZE).paddingIndex(PADDING),
                new Lstm(SIZE, HIDDEN).bidirectional(),
                new Dropout(DROPOUT),
                new Dense(2 * HIDDEN, 2));
    }

    /// Words to a judgement, by the states after the last word and, backwards, after the first.
    record Reader(Embedding words, Lstm layer, Dropout dropout, Dense head) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            return judge(layer.run(Layer.call("words", words, x)));
        }

        /// Sentences of these lengths: nothing is computed for the padding after them.
        Tensor apply(Tensor x, int... lengths) {
            return judge(layer.run(Layer.call("words", words, x), lengths));
        }

        private Tensor judge(Lstm.Output out) {
            Tensor h = out.state().h();
            Tensor both = Tensor.concat(1, List.of(h.at(0), h.at(1)));
            return Layer.call("head", head, dropout.apply(both));
        }
    }

    /// The mean of the vectors of the words, in any order.
    private record BagOfWords(Embedding words, Dense head) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            Tensor there = x.ne(PADDING).cast(DType.F32).unsqueeze(2);
            Tensor sum = Layer.call("words", words, x).sum(1);
            return Layer.call("head", head, sum.div(there.sum(1).maximum(1)));
        }
    }

    @Override
    public void train(Run run) {
        Settings s = run.settings();
        var opinions = Opinions.of(s.seed(), TRAIN, TEST);
        var seen = opinions.train().subList(0, Math.min(TRAIN, s.limit()));
        Tokenizer tokenizer = BytePairTokenizer.train(
                String.join(
                        "\n",
                        opinions.train().stream().map(Opinions.Sentence::text).toList()),
                VOCABULARY,
                "<pad>");
        Reader model = reader();
        run.describe(model);
        Dataset train = dataset(seen, tokenizer);
        Dataset test = dataset(opinions.test(), tokenizer).take(s.testLimit());
        run.say("training on %,d made-up sentences, testing on %,d others", train.size(), test.size());
        double accuracy =
                fit(run, model, b -> model.apply(b.inputs(), b.lengths().toInts()), train, test, lines(run));
        var bag = new BagOfWords(new Embedding(VOCABULARY, SIZE).paddingIndex(PADDING), new Dense(SIZE, 2));
        double unordered = fit(run, bag, b -> bag.apply(b.inputs()), train, test);
        run.put("test_accuracy", accuracy);
        run.put("bag_of_words_accuracy", unordered);
        run.say("test accuracy %.2f %%; of words in no order %.2f %%", 100 * accuracy, 100 * unordered);
    }

    private static Dataset dataset(List<Opinions.Sentence> sentences, Tokenizer tokenizer) {
        return new Dataset() {
            @Override
            public int size() {
                return sentences.size();
            }

            @Override
            public Sample get(int index) {
                var s = sentences.get(Objects.checkIndex(index, sentences.size()));
                int[] tokens = tokenizer.encode(s.text());
                return new Sample(Values.of(tokens, tokens.length), Values.label(s.good() ? 1 : 0));
            }
        };
    }

    /// Trains a model; its accuracy on the test sentences.
    private static double fit(
            Run run, Layer model, Function<Batch, Tensor> forward, Dataset train, Dataset test, Callback... callbacks) {
        Settings s = run.settings();
        var batches =
                new DataLoader(train, s.batch()).pad(PADDING).bucket(BUCKET).shuffle(s.seed());
        var trainer = new Trainer(
                model, forward, (y, b) -> Losses.crossEntropy(y, b.targets()), new Adam(model, s.learningRate()));
        var history = trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.cosine((long) s.epochs() * batches.batches()))
                        .clip(Clip.byNorm(CLIP))
                        .seed(s.seed())
                        .validation(new DataLoader(test, TEST_BATCH).pad(PADDING))
                        .metrics(new Accuracy())
                        .callbacks(callbacks));
        return history.last().validation().get("accuracy");
    }

    private static Callback lines(Run run) {
        return new EpochLines(
                run,
                e -> run.say(
                        "epoch %d/%d  loss %.4f  test loss %.4f  test accuracy %.2f %%",
                        e.epoch(),
                        run.settings().epochs(),
                        e.loss(),
                        e.validation().get("loss"),
                        100 * e.validation().get("accuracy")));
    }
}
