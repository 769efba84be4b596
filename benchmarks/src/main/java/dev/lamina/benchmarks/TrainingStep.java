package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Sgd;

/// Forward, backward and update of one batch of random samples in random classes: SGD with cross entropy.
public final class TrainingStep implements Runnable {
    private final Layer model;
    private final Optimizer optimizer;
    private final Tensor samples;
    private final Tensor labels;
    private final long multiplyAdds;

    /// @param shape of the samples, batch first
    TrainingStep(Layer model, int classes, int... shape) {
        this.model = model;
        optimizer = new Sgd(model, 0.01);
        var random = Rng.current();
        samples = Tensor.uniform(random, shape);
        int[] drawn = new int[shape[0]];
        for (int i = 0; i < drawn.length; i++) drawn[i] = random.nextInt(classes);
        labels = Tensor.of(drawn, drawn.length);
        multiplyAdds = model.summary(shape).multiplyAdds();
    }

    /// The work may still be running when this returns.
    @Override
    public void run() {
        Scope.run(() -> optimizer.step(
                Tape.gradients(() -> Losses.crossEntropy(model.apply(samples), labels), model.trainable())));
    }

    /// Of the forward pass of one batch; backward takes twice as many.
    public long multiplyAdds() {
        return multiplyAdds;
    }

    /// The model that is trained.
    public Layer model() {
        return model;
    }
}
