package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.Mode;
import dev.lamina.Scope;
import dev.lamina.data.Batch;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import dev.lamina.nn.Layer;
import dev.lamina.nn.SequenceCrossEntropy;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import dev.lamina.text.BeamSearch;
import dev.lamina.text.CharTokenizer;
import dev.lamina.text.Tokenizer;
import dev.lamina.train.Callback;
import dev.lamina.train.ExactMatch;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Dates as people write them to `2026-03-09`: a model that reads a string and writes another, right only if every
/// character is.
final class Seq2Seq implements Example {
    private static final int TRAIN = 20_000;
    private static final int TEST = 2_000;
    private static final int TEST_BATCH = 250;
    private static final int EMBEDDING = 32;
    private static final int HIDDEN = 96;
    private static final int HEADS = 4;
    private static final double CLIP = 1;
    private static final int BUCKET = 16;
    private static final String[] SPECIAL = {"<pad>", "<start>", "<end>"};
    private static final int END = 2;
    /// More than a date has: a model that does not know when to stop is wrong.
    private static final int LONGEST = 16;
    private static final int SHOWN = 4;

    /// Every character of every date, written or not.
    private static final Tokenizer CHARACTERS =
            CharTokenizer.train(" ,./-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", SPECIAL);

    @Override
    public String name() {
        return "seq2seq";
    }

    @Override
    public String description() {
        return "translation: dates in many ways of writing to 2026-03-09";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(8, 64, 0.003, false);
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
        return translator();
    }

    private static Translator translator() {
        return Translator.of(CHARACTERS.size(), EMBEDDING, HIDDEN, HEADS);
    }

    @Override
    public void train(Run run) {
        Settings s = run.settings();
        var dates = Dates.of(s.seed(), TRAIN, TEST);
        var seen = dates.train().subList(0, Math.min(TRAIN, s.limit()));
        var heldOut = dates.test().subList(0, Math.min(TEST, s.testLimit()));
        Translator model = translator();
        run.describe(model);
        run.say("training on %,d made-up dates, testing on %,d of other days", seen.size(), heldOut.size());
        fit(run, model, dataset(seen), dataset(heldOut));
        double exact = test(run, model, heldOut);
        run.put("exact_match", exact);
        run.say("%nwritten without a mistake: %.2f %% of the days that were held out", 100 * exact);
    }

    /// The written date, and as the target the normal one with its end.
    private static Dataset dataset(List<Dates.Pair> pairs) {
        return new Dataset() {
            @Override
            public int size() {
                return pairs.size();
            }

            @Override
            public Sample get(int index) {
                var pair = pairs.get(Objects.checkIndex(index, pairs.size()));
                int[] read = CHARACTERS.encode(pair.written());
                int[] write = CHARACTERS.encode(pair.normal(), List.of(), List.of(SPECIAL[END]));
                return new Sample(Values.of(read, read.length), Values.of(write, write.length));
            }
        };
    }

    private static DataLoader loader(Dataset data, int batch) {
        return new DataLoader(data, batch).pad(Translator.PADDING, Translator.PADDING);
    }

    private static void fit(Run run, Translator model, Dataset train, Dataset test) {
        Settings s = run.settings();
        var batches = loader(train, s.batch()).bucket(BUCKET).shuffle(s.seed());
        var loss = new SequenceCrossEntropy().ignoreIndex(Translator.PADDING);
        var trainer = new Trainer(
                model,
                b -> model.scores(b.inputs(), b.lengths(), b.targets()),
                (y, b) -> loss.apply(y, b.targets()),
                new Adam(model, s.learningRate()));
        trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.cosine((long) s.epochs() * batches.batches()))
                        .clip(Clip.byNorm(CLIP))
                        .seed(s.seed())
                        .validation(loader(test, TEST_BATCH))
                        .callbacks(lines(run)));
    }

    private static Callback lines(Run run) {
        return new EpochLines(
                run,
                e -> run.say(
                        "epoch %d/%d  loss %.4f  test loss %.4f  %,.0f strings/s",
                        e.epoch(),
                        run.settings().epochs(),
                        e.loss(),
                        e.validation().get("loss"),
                        e.samples() / e.seconds()));
    }

    /// The share of strings that are right to the last character, written by the model alone.
    private static double test(Run run, Translator model, List<Dates.Pair> pairs) {
        var exact = new ExactMatch();
        var search = new BeamSearch(1, LONGEST).end(END);
        var wrong = new ArrayList<String>();
        Iterator<Batch> batches = loader(dataset(pairs), TEST_BATCH).epoch(0);
        for (int[] at = {0}; batches.hasNext(); )
            Scope.run(() -> Mode.evaluate(() -> {
                Batch b = batches.next();
                int[] starts =
                        IntStream.range(0, b.size()).map(_ -> Translator.START).toArray();
                var found = search.search(
                        model.step(), model.read(b.inputs(), b.lengths()).rows(), starts);
                for (var best : found) {
                    Dates.Pair pair = pairs.get(at[0]++);
                    int[] ids = best.getFirst().ids();
                    exact.add(ids, CHARACTERS.encode(pair.normal()));
                    String written = CHARACTERS.decode(ids);
                    String line = pair.written() + " -> " + written;
                    if (at[0] <= SHOWN) run.say("%s", line);
                    if (!written.equals(pair.normal()) && wrong.size() < SHOWN) wrong.add(line);
                }
                return null;
            }));
        for (String line : wrong) run.say("wrong: %s", line);
        return exact.value();
    }
}
