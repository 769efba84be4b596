package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.kernels.Profile;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Losses;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Sgd;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Launches and bytes of a training step of the network of `lamina bench cnn`.
class StepCountsTest {
    private static final int BATCH = 64;
    private static final double MOST_BYTES = 1.25;
    private static final int MOST_LAUNCHES = 50;

    @Test
    void fewLaunchesAndFewBytes() {
        Device device = Cudasim.device();
        device.with(() -> new Rng(1)
                .with(() -> Scope.call(() -> {
                    Runnable step = step();
                    step.run();
                    var least = new Profile();
                    long before = Cudasim.launches();
                    long touched = KernelCounts.of(device, () -> least.during(step)).stream()
                            .mapToLong(KernelCounts::touched)
                            .sum();
                    long eager = Cudasim.launches() - before;
                    device.graph(step);
                    before = Cudasim.launches();
                    device.graph(step);
                    device.sync();
                    assertEquals(1, Cudasim.launches() - before, "launches of the step as a graph");
                    double ratio = (double) touched / least.total().least();
                    System.out.printf(
                            Locale.ROOT,
                            "cnn step, batch %d: %d launches, 1 as a graph; %.1f MiB of sectors touched, %.1f MiB at least, ratio %.2f%n",
                            BATCH,
                            eager,
                            touched / 0x1p20,
                            least.total().least() / 0x1p20,
                            ratio);
                    assertTrue(eager <= MOST_LAUNCHES, () -> eager + " launches");
                    assertTrue(ratio <= MOST_BYTES, () -> "bytes: " + ratio);
                    return Tensor.ones(1);
                })));
    }

    private static Runnable step() {
        var model = new Sequential(
                new Conv2d(1, 32, 3),
                Activations.relu(),
                new Conv2d(32, 64, 3),
                Activations.relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Dense(64 * 12 * 12, 128),
                Activations.relu(),
                new Dense(128, 10));
        var optimizer = new Sgd(model, 0.01);
        Tensor images = Tensor.uniform(Rng.current(), BATCH, 1, 28, 28);
        int[] digits = new int[BATCH];
        for (int i = 0; i < BATCH; i++) digits[i] = i % 10;
        Tensor labels = Tensor.of(digits, BATCH);
        return () -> Scope.run(() -> optimizer.step(
                Tape.gradients(() -> Losses.crossEntropy(model.apply(images), labels), model.trainable())));
    }
}
