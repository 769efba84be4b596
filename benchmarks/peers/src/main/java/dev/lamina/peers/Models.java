package dev.lamina.peers;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Sgd;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// The process that trains sixteen small models in one JVM, one after another and all at once: `STEPS`.
final class Models {
    private static final int MODELS = 16;
    private static final int SAMPLES = 256;
    private static final int ROUNDS = 3;

    private Models() {}

    public static void main(String[] args) throws Exception {
        int steps = Integer.parseInt(args[0]);
        Device cpu = Device.require("cpu");
        for (int i = 0; i < MODELS; i++) train(cpu, i, steps / 4);
        double[] alone = new double[ROUNDS];
        double[] together = new double[ROUNDS];
        double[] accuracy = new double[MODELS];
        double worst = 0;
        try (var threads = Executors.newFixedThreadPool(MODELS)) {
            for (int r = 0; r < ROUNDS; r++) {
                long start = System.nanoTime();
                for (int i = 0; i < MODELS; i++) accuracy[i] = train(cpu, i, steps);
                alone[r] = (System.nanoTime() - start) * 1e-9;
                var calls = new ArrayList<Callable<Double>>();
                for (int i = 0; i < MODELS; i++) {
                    int seed = i;
                    calls.add(() -> train(cpu, seed, steps));
                }
                start = System.nanoTime();
                var done = threads.invokeAll(calls);
                together[r] = (System.nanoTime() - start) * 1e-9;
                for (int i = 0; i < MODELS; i++)
                    worst = Math.max(worst, Math.abs(accuracy[i] - done.get(i).get()));
            }
        }
        double mean = 0;
        for (double a : accuracy) mean += a / MODELS;
        double images = (double) MODELS * steps * SAMPLES;
        System.out.printf(
                Locale.ROOT,
                "NOTE\t%d models: %,.0f samples/s one after another, %,.0f all at once (%.2f times as fast); "
                        + "accuracy %.2f %%, largest difference of a model %.4f%n",
                MODELS,
                images / Duel.median(alone),
                images / Duel.median(together),
                Duel.median(alone) / Duel.median(together),
                100 * mean,
                worst);
    }

    /// Learns which of two interleaved rings a point is on; the share of points that it gets right.
    private static double train(Device cpu, int seed, int steps) {
        return cpu.with(() -> new Rng(seed).with(() -> {
            var rng = Rng.current();
            float[] x = new float[2 * SAMPLES];
            int[] y = new int[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                y[i] = i % 2;
                double angle = 2 * Math.PI * rng.nextFloat();
                double radius = 1 + y[i] + 0.25 * rng.nextGaussian();
                x[2 * i] = (float) (radius * Math.cos(angle));
                x[2 * i + 1] = (float) (radius * Math.sin(angle));
            }
            Tensor points = Tensor.of(x, SAMPLES, 2);
            Tensor rings = Tensor.of(y, SAMPLES);
            var model = new Sequential(
                    new Dense(2, 64), Activations.tanh(), new Dense(64, 64), Activations.tanh(), new Dense(64, 2));
            var sgd = new Sgd(model, 0.1, 0.9);
            for (int s = 0; s < steps; s++)
                Scope.run(() -> sgd.step(
                        Tape.gradients(() -> Losses.crossEntropy(model.apply(points), rings), model.trainable())));
            int[] guess = model.apply(points).argMax(1).toInts();
            double right = 0;
            for (int i = 0; i < SAMPLES; i++) if (guess[i] == y[i]) right++;
            return right / SAMPLES;
        }));
    }
}
