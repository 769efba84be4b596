package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.Rng;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.nn.Layer;
import dev.lamina.nn.SequenceCrossEntropy;
import dev.lamina.optim.AdamW;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import dev.lamina.text.Corpus;
import dev.lamina.text.Sampler;
import dev.lamina.text.Sampling;
import dev.lamina.train.Callback;
import dev.lamina.train.History;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.List;

/// A language model of characters, on the plays of Shakespeare or a text of one's own: it tells the next character,
/// and so writes. The last tenth of the text is what it is tested on.
final class Shakespeare implements Example {
    private static final double TRAINED = 0.9;
    private static final int CHARACTERS = 65;
    private static final double CLIP = 1;
    private static final double WARM_UP = 0.05;
    private static final double WEIGHT_DECAY = 0.01;
    private static final int SAMPLE = 300;
    private static final Sampling SAMPLING = Sampling.temperature(0.8);

    @Override
    public String name() {
        return "shakespeare";
    }

    @Override
    public String description() {
        return "writing: a language model of the characters of Shakespeare's plays, or of another text";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(8, 32, 0.004, true);
    }

    @Override
    public List<String> models() {
        return TextModel.KINDS;
    }

    @Override
    public int[] input() {
        return new int[] {64};
    }

    @Override
    public DType inputType() {
        return DType.I32;
    }

    @Override
    public Layer model() {
        return TextModel.of(models().getFirst(), CHARACTERS);
    }

    @Override
    public void train(Run run) {
        Settings s = run.settings();
        String text = s.data() == null ? TextFile.shakespeare() : TextFile.read(s.data());
        var saved = SavedText.fresh(s.model(), text);
        var parts = Corpus.of(saved.tokenizer(), text).split(TRAINED);
        TextModel model = saved.model();
        run.put("model", s.model());
        run.describe(model);
        int window = model.window();
        Dataset train = (model.streams()
                        ? parts.get(0).streams(s.batch(), window)
                        : parts.get(0).randomWindows(window))
                .take(s.limit());
        Dataset test = (model.streams()
                        ? parts.get(1).streams(s.batch(), window)
                        : parts.get(1).windows(window))
                .take(s.testLimit());
        run.say(
                "%d different characters; training on %,d a time, testing on %,d",
                saved.tokenizer().size(), train.size() * window, test.size() * window);
        var trainer = fit(run, saved, train, test);
        saved.save(s.out());
        run.say("%nsaved the model in %s; write with it: lamina sample --from %s", s.out(), s.out());
        var history = trainer.history();
        run.picture(
                "learning.png",
                () -> Style.png(CurvePicture.losses(
                        "Learning", "nats a character", history.losses(), history.validation("loss"))));
    }

    private static Trainer fit(Run run, SavedText saved, Dataset train, Dataset test) {
        Settings s = run.settings();
        TextModel model = saved.model();
        var batches = new DataLoader(train, s.batch());
        if (!model.streams()) batches = batches.shuffle(s.seed());
        long steps = (long) s.epochs() * batches.batches();
        var loss = new SequenceCrossEntropy();
        var trainer = new Trainer(
                model,
                b -> model.follow(b.inputs()),
                (y, b) -> loss.apply(y, b.targets()),
                new AdamW(model, s.learningRate(), WEIGHT_DECAY));
        trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.warmup(1 + (long) (WARM_UP * steps)).times(Schedule.cosine(steps)))
                        .clip(Clip.byNorm(CLIP))
                        .seed(s.seed())
                        .validation(new DataLoader(test, s.batch()))
                        .callbacks(lines(run, saved)));
        return trainer;
    }

    private static Callback lines(Run run, SavedText saved) {
        return new Callback() {
            private final Bar bar = Bar.onTerminal();

            @Override
            public void onEpochStart(int epoch, int steps) {
                bar.start("epoch " + epoch + "/" + run.settings().epochs(), steps);
            }

            @Override
            public void onStep(Step step) {
                run.stepped();
                bar.step(step.loss());
                if (step.step() == step.steps()) bar.end();
            }

            @Override
            public void onEpochEnd(History.Epoch e) {
                double loss = e.validation().get("loss");
                long characters = e.samples() * saved.model().window();
                run.trained(characters, e.seconds());
                run.put("validation_loss", loss);
                run.say(
                        "%nepoch %d/%d  loss %.4f  validation loss %.4f (perplexity %.2f)  %,.0f characters/s%n%n%s",
                        e.epoch(),
                        run.settings().epochs(),
                        e.loss(),
                        loss,
                        Math.exp(loss),
                        characters / e.seconds(),
                        write(
                                saved,
                                "\n",
                                new Sampler(SAMPLING, SAMPLE),
                                new Rng(run.settings().seed())));
            }
        };
    }

    /// A text and what the model writes after it.
    static String write(SavedText saved, String beginning, Sampler sampler, Rng rng) {
        var model = saved.model();
        int[] read = saved.tokenizer().encode(beginning);
        return beginning + saved.tokenizer().decode(sampler.write(model.step(), model.start(), read, rng));
    }

    @Override
    public String items() {
        return "characters";
    }
}
