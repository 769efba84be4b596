package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.LaminaException;
import dev.lamina.data.Augment;
import dev.lamina.data.Batch;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.nn.Layer;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Schedule;
import dev.lamina.train.Accuracy;
import dev.lamina.train.ConfusionMatrix;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// What the models for handwritten digits share: data, training, and a look at the mistakes.
final class Digits {
    private static final int TEST_BATCH = 500;
    private static final int WORST = 24;
    /// Of the training pixels as fractions of 255.
    private static final double MEAN = 0.1307;
    private static final double STD = 0.3081;

    private Digits() {}

    /// Trains with Adam whose rate rises and falls in one cycle, on digits that are moved a little each time.
    ///
    /// @param make makes the model
    /// @param shift the most pixels that an image is moved by; 0 for none
    static void train(Run run, Supplier<Layer> make, int shift) {
        Settings s = run.settings();
        // Unpacking 11 MB takes as long as making the model, and there is more than one core.
        var loading = CompletableFuture.supplyAsync(() -> s.data() == null ? Mnist.load() : Mnist.load(s.data()));
        Layer model = make.get();
        run.describe(model);
        Mnist mnist = result(loading);
        Dataset seen = mnist.train().take(s.limit());
        Dataset unseen = mnist.test().take(s.testLimit());
        run.say("training on %,d images, testing on %,d", seen.size(), unseen.size());
        if (shift > 0) seen = seen.mapInputs(Augment.shift(shift));
        var train = loader(seen, s.batch()).shuffle(s.seed());
        var test = loader(unseen, TEST_BATCH);

        var progress = new Progress(run);
        var confusion = new ConfusionMatrix(10);
        var mistakes = new Mistakes();
        var trainer = new Trainer(model, progress::loss, new Adam(model, s.learningRate()));
        trainer.fit(
                train,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.oneCycle((long) s.epochs() * train.batches()))
                        .seed(s.seed())
                        .validation(test)
                        .metrics(new Accuracy(), confusion, mistakes)
                        .callbacks(progress, new Target(run, trainer::stop)));
        report(run, progress, confusion, mistakes, unseen);
    }

    private static Mnist result(CompletableFuture<Mnist> loading) {
        try {
            return loading.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LaminaException cause ? cause : e;
        }
    }

    /// Bytes travel to the device, which makes numbers of mean 0 and deviation 1 of them.
    static DataLoader loader(Dataset data, int batch) {
        return new DataLoader(data, batch)
                .map(b -> new Batch(
                        b.inputs().cast(DType.F32).mul(1 / (255 * STD)).sub(MEAN / STD), b.targets()));
    }

    /// What came of the last look at the test images.
    private static void report(
            Run run, Progress progress, ConfusionMatrix confusion, Mistakes mistakes, Dataset images) {
        run.put("test_accuracy", confusion.value());
        run.put("test_loss", progress.lastTestLoss());
        run.say(
                "%ntest accuracy %.2f %% (%d of %,d are wrong)",
                100 * confusion.value(), mistakes.all().size(), images.size());
        run.say("%nrows are what a digit is, columns what it was taken for%n%s", confusion.table());
        run.picture("learning.png", progress::picture);
        run.picture("confusion.png", () -> ConfusionPicture.png(confusion, 10));
        var worst = mistakes.surest(WORST);
        if (!worst.isEmpty()) run.picture("mistakes.png", () -> MistakesPicture.png(worst, images));
    }
}
