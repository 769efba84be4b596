package dev.lamina.examples;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.data.Csv;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.data.Standardizer;
import dev.lamina.data.Table;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.AdamW;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Schedule;
import dev.lamina.train.Callback;
import dev.lamina.train.MeanAbsoluteError;
import dev.lamina.train.R2;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.GZIPInputStream;

/// Regression: the rate of violent crimes in a community from 100 facts about it, against the simplest guess,
/// the mean, and against a linear model.
final class Crime implements Example {
    private static final String TARGET = "ViolentCrimesPerPop";
    private static final int FEATURES = 100;
    private static final double TRAIN_FRACTION = 0.8;
    private static final int LINES = 10;

    @Override
    public String name() {
        return "crime";
    }

    @Override
    public String description() {
        return "regression: violent crimes per population from 100 features";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(40, 32, 0.001, true);
    }

    @Override
    public int[] input() {
        return new int[] {FEATURES};
    }

    @Override
    public Layer model() {
        return new Sequential(
                new Dense(FEATURES, 64),
                Activations.relu(),
                new Dropout(0.3),
                new Dense(64, 32),
                Activations.relu(),
                new Dropout(0.3),
                new Dense(32, 1));
    }

    @Override
    public void train(Run run) {
        Settings s = run.settings();
        var parts = read(run).split(TRAIN_FRACTION, new Rng(s.seed()).split(1));
        Dataset rawTrain = parts.get(0).take(s.limit());
        var standardizer = Standardizer.fit(rawTrain);
        Dataset train = rawTrain.mapInputs(standardizer);
        Dataset test = parts.get(1).take(s.testLimit()).mapInputs(standardizer);
        run.say(
                "training on %,d communities, testing on %,d; features standardised by the training part",
                train.size(), test.size());
        Layer model = model();
        run.describe(model);

        var network = fit(run, model, train, test, true);
        var linear = fit(run, new Dense(FEATURES, 1), train, test, false);
        compare(run, "mean of the training part", "mean", errorsOfMean(train, test));
        compare(run, "linear model", "linear", errors(linear, test));
        compare(run, "network", "test", errors(network, test));
        run.picture("learning.png", () -> {
            var history = network.history();
            return Style.png(
                    CurvePicture.losses("Error", "mean squared error", history.losses(), history.validation("loss")),
                    PredictionPicture.chart(targets(test), predictions(network, test)));
        });
    }

    private static Dataset read(Run run) {
        Path file = run.settings().data();
        Table table = new Csv().delimiter('\t').parse(file == null ? "communities.tsv" : file.toString(), text(file));
        Table complete = table.withoutMissing();
        int dropped = table.rows() - complete.rows();
        if (dropped > 0)
            run.say("%,d of %,d rows were left out, because a value is missing in them", dropped, table.rows());
        run.put("rows", complete.rows());
        run.put("rows_with_missing_values", dropped);
        String[] inputs =
                complete.columns().stream().filter(c -> !c.equals(TARGET)).toArray(String[]::new);
        if (inputs.length != FEATURES)
            throw new DataException(
                    "crime: expected " + FEATURES + " features beside " + TARGET + ", found " + inputs.length);
        return complete.regression(Table.Missing.ERROR, TARGET, inputs);
    }

    private static String text(Path file) {
        try (InputStream in = file == null
                ? new GZIPInputStream(Crime.class.getResourceAsStream("crime/communities.tsv.gz"))
                : TextFile.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DataException("crime: cannot read " + file + ": " + e, e);
        }
    }

    private static Trainer fit(Run run, Layer model, Dataset train, Dataset test, boolean shown) {
        Settings s = run.settings();
        var batches = new DataLoader(train, s.batch()).shuffle(s.seed());
        Optimizer optimizer = new AdamW(model, s.learningRate(), 0.01);
        var trainer = new Trainer(model, Losses::mse, optimizer);
        trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.cosine((long) s.epochs() * batches.batches()))
                        .seed(s.seed())
                        .validation(new DataLoader(test, test.size()))
                        .callbacks(shown ? new Callback[] {lines(run)} : new Callback[0]));
        return trainer;
    }

    private static Callback lines(Run run) {
        return new EpochLines(run, e -> {
            int epochs = run.settings().epochs();
            if (e.epoch() % Math.max(1, epochs / LINES) == 0 || e.epoch() == epochs)
                run.say(
                        "epoch %d/%d  training error %.5f  test error %.5f",
                        e.epoch(), epochs, e.loss(), e.validation().get("loss"));
        });
    }

    private static void compare(Run run, String who, String key, Map<String, Double> errors) {
        run.say(
                "%-26s  squared error %.5f  absolute error %.4f  R2 %6.3f",
                who, errors.get("mse"), errors.get("mae"), errors.get("r2"));
        errors.forEach((name, value) -> run.put(key + "_" + name, value));
    }

    private static SequencedMap<String, Double> errors(Trainer trainer, Dataset test) {
        var measured = trainer.evaluate(new DataLoader(test, test.size()), new MeanAbsoluteError(), new R2());
        return errors(measured.get("loss"), measured.get("mae"), measured.get("r2"));
    }

    private static SequencedMap<String, Double> errors(double mse, double mae, double r2) {
        var out = new LinkedHashMap<String, Double>();
        out.put("mse", mse);
        out.put("mae", mae);
        out.put("r2", r2);
        return out;
    }

    private static SequencedMap<String, Double> errorsOfMean(Dataset train, Dataset test) {
        double mean = 0;
        for (double t : targets(train)) mean += t / train.size();
        float guess = (float) mean;
        return Scope.call(() -> {
            double[] t = targets(test);
            Tensor actual = Tensor.of(t, t.length, 1);
            Tensor guesses = Tensor.onesLike(actual).mul(guess);
            var mae = new MeanAbsoluteError();
            var r2 = new R2();
            mae.add(guesses, actual);
            r2.add(guesses, actual);
            return errors(Losses.mse(guesses, actual).item(), mae.value(), r2.value());
        });
    }

    private static double[] targets(Dataset data) {
        var out = new double[data.size()];
        for (int i = 0; i < out.length; i++) out[i] = data.get(i).target().floats()[0];
        return out;
    }

    private static double[] predictions(Trainer trainer, Dataset data) {
        return trainer.predict(new DataLoader(data, data.size())).toDoubles();
    }
}
