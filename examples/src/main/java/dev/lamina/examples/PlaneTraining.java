package dev.lamina.examples;

import dev.lamina.Gradients;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.optim.Sgd;
import dev.lamina.train.Accuracy;

/// Gradient descent written out: all points in each step, and a picture of the plane at the end.
final class PlaneTraining {
    private static final int LINES = 10;

    private PlaneTraining() {}

    /// @param model from points [n, 2] to logits [n, 1]
    /// @param others points of the same kind to test on
    static void train(Run run, Layer model, Points points, Points others, String title) {
        int steps = run.settings().epochs();
        Points unseen = others.take(run.settings().testLimit());
        run.say("training on all of %,d points in each step, testing on %,d others", points.size(), unseen.size());
        run.describe(model);
        double[] cost = descend(run, model, points.inputs(), points.targets(), steps);
        double seen = accuracy(model, points);
        double test = accuracy(model, unseen);
        run.put("cost", cost[steps - 1]);
        run.put("train_accuracy", seen);
        run.put("test_accuracy", test);
        run.say("%ntrain accuracy %.2f %%, test accuracy %.2f %%", 100 * seen, 100 * test);
        run.picture("plane.png", () -> PlanePicture.png(title, points, model, cost));
    }

    /// The mean logistic cost before each step.
    private static double[] descend(Run run, Layer model, Tensor x, Tensor y, int steps) {
        var optimizer = new Sgd(model, run.settings().learningRate());
        var cost = new double[steps];
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            int step = i;
            Scope.run(() -> {
                Gradients g =
                        Tape.gradients(() -> Losses.binaryCrossEntropyWithLogits(model.apply(x), y), model.trainable());
                optimizer.step(g);
                cost[step] = g.loss().item();
            });
            run.stepped();
            if (step % Math.max(1, steps / LINES) == 0 || step == steps - 1)
                run.say("step %5d  cost %.4f", step + 1, cost[step]);
        }
        run.trained((long) steps * x.shape().dim(0), (System.nanoTime() - start) * 1e-9);
        return cost;
    }

    private static double accuracy(Layer model, Points p) {
        return Scope.call(() -> {
            var accuracy = Accuracy.binary(0);
            accuracy.add(model.apply(p.inputs()), p.targets());
            return accuracy.value();
        });
    }
}
