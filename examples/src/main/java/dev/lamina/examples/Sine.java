package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Adam;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import dev.lamina.train.Callback;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.stream.IntStream;

/// A forecast of a noisy seasonal series: an LSTM reads four days and predicts the next two, each hour with
/// its uncertainty, against the value of the same hour a day before.
final class Sine implements Example {
    private static final int HIDDEN = 32;
    private static final int LENGTH = 3_000;
    private static final int TRAINED = 2_200;
    private static final double CLIP = 1;
    /// Nine in ten of a normal distribution lie within so many standard deviations.
    private static final double NINETY = 1.6449;

    @Override
    public String name() {
        return "sine";
    }

    @Override
    public String description() {
        return "forecast: a noisy seasonal series 48 steps ahead, with an interval";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(12, 32, 0.005, false);
    }

    @Override
    public int[] input() {
        return new int[] {Series.SEEN, 1};
    }

    /// To the mean and the logarithm of the standard deviation of each step ahead.
    @Override
    public Layer model() {
        return new Sequential(new Lstm(1, HIDDEN).last(), new Dense(HIDDEN, 2 * Series.AHEAD));
    }

    @Override
    public void train(Run run) {
        Settings s = run.settings();
        var series = Series.make(LENGTH, new Rng(s.seed()).split(1));
        Dataset train = series.windows(0, TRAINED, 1).take(s.limit());
        Dataset test = series.windows(TRAINED, series.length(), 5).take(s.testLimit());
        run.say(
                "training on %,d windows of %d steps, testing on %,d later ones, %d steps ahead",
                train.size(), Series.SEEN, test.size(), Series.AHEAD);
        Layer model = model();
        run.describe(model);
        var trainer = fit(run, model, train, test);
        var forecast = new Forecast(
                test, trainer.predict(new DataLoader(test, test.size())).toDoubles());
        tell(run, forecast);
        run.picture("forecast.png", () -> {
            var history = trainer.history();
            return Style.png(
                    ForecastPicture.chart(forecast, test.size() / 2),
                    CurvePicture.losses(
                            "Learning", "negative log-likelihood", history.losses(), history.validation("loss")));
        });
    }

    private static Trainer fit(Run run, Layer model, Dataset train, Dataset test) {
        Settings s = run.settings();
        var batches = new DataLoader(train, s.batch()).shuffle(s.seed());
        var trainer = new Trainer(model, Sine::likelihood, new Adam(model, s.learningRate()));
        trainer.fit(
                batches,
                TrainOptions.epochs(s.epochs())
                        .schedule(Schedule.cosine((long) s.epochs() * batches.batches()))
                        .clip(Clip.byNorm(CLIP))
                        .seed(s.seed())
                        .validation(new DataLoader(test, test.size()))
                        .callbacks(lines(run)));
        return trainer;
    }

    /// The negative logarithm of a normal density, but for a constant: errors count by the uncertainty that
    /// the model states, and stating a large one costs.
    private static Tensor likelihood(Tensor y, Tensor target) {
        Tensor mean = y.slice(1, 0, Series.AHEAD);
        Tensor log = y.slice(1, Series.AHEAD, 2 * Series.AHEAD);
        return target.sub(mean).mul(log.neg().exp()).square().mul(0.5).add(log).mean();
    }

    private static Callback lines(Run run) {
        return new EpochLines(
                run,
                e -> run.say(
                        "epoch %d/%d  training loss %.4f  test loss %.4f",
                        e.epoch(),
                        run.settings().epochs(),
                        e.loss(),
                        e.validation().get("loss")));
    }

    /// What was predicted of each window of a data set.
    ///
    /// @param y of each window the means, then the logarithms of the standard deviations
    record Forecast(Dataset windows, double[] y) {
        double[] seen(int window) {
            return Series.doubles(windows.get(window).input().floats());
        }

        double[] actual(int window) {
            return Series.doubles(windows.get(window).target().floats());
        }

        double[] naive(int window) {
            return Series.seasonal(windows.get(window).input().floats());
        }

        /// The mean, moved by so many standard deviations.
        double[] at(int window, double deviations) {
            int from = window * 2 * Series.AHEAD;
            return IntStream.range(0, Series.AHEAD)
                    .mapToDouble(k -> y[from + k] + deviations * Math.exp(y[from + Series.AHEAD + k]))
                    .toArray();
        }

        double[] low(int window) {
            return at(window, -NINETY);
        }

        double[] high(int window) {
            return at(window, NINETY);
        }
    }

    private static void tell(Run run, Forecast f) {
        double error = 0;
        double naive = 0;
        double inside = 0;
        int n = f.windows().size();
        for (int w = 0; w < n; w++) {
            double[] actual = f.actual(w);
            double[] mean = f.at(w, 0);
            double[] guess = f.naive(w);
            double[] low = f.low(w);
            double[] high = f.high(w);
            for (int k = 0; k < Series.AHEAD; k++) {
                double share = 1.0 / (n * Series.AHEAD);
                error += share * Math.pow(actual[k] - mean[k], 2);
                naive += share * Math.pow(actual[k] - guess[k], 2);
                if (low[k] <= actual[k] && actual[k] <= high[k]) inside += share;
            }
        }
        run.put("test_mse", error);
        run.put("naive_mse", naive);
        run.put("coverage", inside);
        run.say(
                "%nsquared error %.4f, of the value a day before %.4f; %.1f %% of the values lie in the 90 %% interval",
                error, naive, 100 * inside);
    }
}
