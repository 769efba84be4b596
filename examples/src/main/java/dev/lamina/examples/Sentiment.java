package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import dev.lamina.nn.Conv1d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Embedding;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Summary;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Schedule;
import dev.lamina.text.BytePairTokenizer;
import dev.lamina.text.Tokenizer;
import dev.lamina.train.Accuracy;
import dev.lamina.train.Callback;
import dev.lamina.train.History;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.List;
import java.util.Objects;

/// Classification of sentences of any length: good or bad, on made-up opinions in which word order decides. A
/// network that sees neighbouring words, against one that sees the words in no order.
final class Sentiment implements Example {
    static final int PADDING = 0;
    private static final int TRAIN = 6_000;
    private static final int TEST = 1_000;
    private static final int VOCABULARY = 400;
    private static final int SIZE = 48;
    private static final int KERNEL = 7;
    /// For the description of the model: about one sentence.
    private static final int TOKENS = 24;
    private static final int TEST_BATCH = 200;

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
        return new Defaults(8, 32, 0.003, false);
    }

    @Override
    public int[] input() {
        return new int[] {TOKENS};
    }

    @Override
    public DType inputType() {
        return DType.I32;
    }

    @Override
    public Layer model() {
        return new Convolutional(
                new Embedding(VOCABULARY, SIZE).paddingIndex(PADDING),
                new Conv1d(SIZE, SIZE, KERNEL).same(),
                new Conv1d(SIZE, SIZE, KERNEL).dilation(2).same(),
                new Dense(SIZE, 2));
    }

    /// Two convolutions over the words, and the mean over those that are there. What stands for padding is
    /// zero after each layer, so a sentence is judged the same whatever is beside it in a batch.
    record Convolutional(Embedding words, Conv1d near, Conv1d far, Dense head) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            Tensor mask = mask(x).unsqueeze(1);
            Tensor y = Layer.call("words", words, x).transpose(1, 2);
            y = Layer.call("near", near, y).relu().mul(mask);
            y = Layer.call("far", far, y).relu().mul(mask);
            return Layer.call("head", head, mean(y, mask, 2));
        }
    }

    /// The mean of the vectors of the words, in any order.
    record BagOfWords(Embedding words, Dense head) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            return Layer.call("head", head, mean(Layer.call("words", words, x), mask(x).unsqueeze(2), 1));
        }
    }

    /// [n, t]: 1 for a word and 0 for padding.
    private static Tensor mask(Tensor x) {
        return x.ne(PADDING).cast(DType.F32);
    }

    private static Tensor mean(Tensor y, Tensor mask, int time) {
        return y.sum(time).div(mask.sum(time).maximum(1));
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
        Layer model = model();
        run.say("%d tokens, learned from the sentences by byte pairs", tokenizer.size());
        run.describe(Summary.of(model, new Spec(Shape.of(1, TOKENS), DType.I32)));
        Dataset train = dataset(seen, tokenizer);
        Dataset test = dataset(opinions.test(), tokenizer);
        run.say("training on %,d made-up sentences, testing on %,d others", train.size(), test.size());
        run.put("test_accuracy", fit(run, model, train, test, true));
        double bag = fit(
                run,
                new BagOfWords(new Embedding(VOCABULARY, SIZE).paddingIndex(PADDING), new Dense(SIZE, 2)),
                train,
                test,
                false);
        run.put("bag_of_words_accuracy", bag);
        run.say("words in no order: test accuracy %.2f %%", 100 * bag);
    }

    static Dataset dataset(List<Opinions.Sentence> sentences, Tokenizer tokenizer) {
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
    private static double fit(Run run, Layer model, Dataset train, Dataset test, boolean shown) {
        Settings s = run.settings();
        var batches = new DataLoader(train, s.batch()).pad(PADDING).bucket(16).shuffle(s.seed());
        var trainer = new Trainer(model, Losses::crossEntropy, new Adam(model, s.learningRate()));
        var history = trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.cosine((long) s.epochs() * batches.batches()))
                        .seed(s.seed())
                        .validation(new DataLoader(test, TEST_BATCH).pad(PADDING))
                        .metrics(new Accuracy())
                        .callbacks(shown ? new Callback[] {lines(run)} : new Callback[0]));
        return history.last().validation().get("accuracy");
    }

    private static Callback lines(Run run) {
        return new Callback() {
            @Override
            public void onStep(Step step) {
                run.stepped();
            }

            @Override
            public void onEpochEnd(History.Epoch e) {
                run.trained(e.samples(), e.seconds());
                run.say(
                        "epoch %d/%d  loss %.4f  test loss %.4f  test accuracy %.2f %%",
                        e.epoch(),
                        run.settings().epochs(),
                        e.loss(),
                        e.validation().get("loss"),
                        100 * e.validation().get("accuracy"));
            }
        };
    }
}
