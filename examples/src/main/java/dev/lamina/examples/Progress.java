package dev.lamina.examples;

import dev.lamina.Mode;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.nn.Losses;
import dev.lamina.train.Accuracy;
import dev.lamina.train.Callback;
import dev.lamina.train.History;
import java.util.ArrayList;
import java.util.List;

/// Tells how the training of a classifier goes: a bar while an epoch runs, a line when it is done, and at the
/// end the learning curves.
final class Progress implements Callback {
    private final Run run;
    private final Accuracy accuracy = new Accuracy();
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> trainAccuracy = new ArrayList<>();
    private final List<History.Epoch> epochs = new ArrayList<>();
    private final Bar bar = Bar.onTerminal();
    private long epochStart;
    private double trainSeconds;

    Progress(Run run) {
        this.run = run;
    }

    /// Cross entropy; notes on the way how many of the predictions that are trained on are right.
    Tensor loss(Tensor predictions, Tensor targets) {
        if (Mode.training()) Scope.run(() -> accuracy.add(predictions.detach(), targets));
        return Losses.crossEntropy(predictions, targets);
    }

    @Override
    public void onEpochStart(int epoch, int steps) {
        accuracy.reset();
        bar.start("epoch " + epoch + "/" + run.settings().epochs(), steps);
        epochStart = System.nanoTime();
    }

    @Override
    public void onStep(Step step) {
        run.stepped();
        losses.add(step.loss());
        bar.step(step.loss());
        // The time of the validation that follows is not that of training.
        if (step.step() == step.steps()) {
            run.device().sync();
            trainSeconds = (System.nanoTime() - epochStart) * 1e-9;
            bar.end();
        }
    }

    @Override
    public void onEpochEnd(History.Epoch e) {
        epochs.add(e);
        trainAccuracy.add(accuracy.value());
        run.trained(e.samples(), trainSeconds);
        run.say(
                "epoch %d/%d  loss %.4f  train accuracy %.2f %%  test loss %.4f  test accuracy %.2f %%  %,.0f images/s",
                e.epoch(),
                run.settings().epochs(),
                e.loss(),
                100 * accuracy.value(),
                e.validation().get("loss"),
                100 * e.validation().get("accuracy"),
                e.samples() / trainSeconds);
    }

    double lastTestLoss() {
        return epochs.getLast().validation().get("loss");
    }

    /// Loss and accuracy over epochs.
    byte[] picture() {
        double[] steps = losses.stream().mapToDouble(l -> l).toArray();
        double[] train = trainAccuracy.stream().mapToDouble(a -> 100 * a).toArray();
        double[] test = epochs.stream()
                .mapToDouble(e -> 100 * e.validation().get("accuracy"))
                .toArray();
        return Style.png(
                CurvePicture.losses("Loss", "cross entropy", steps, new History(epochs).validation("loss")),
                CurvePicture.rising("Accuracy", "correct, %", train, test));
    }
}
