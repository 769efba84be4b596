package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Sgd;
import java.util.function.Supplier;

/// Forward, backward and update by SGD of one batch of random samples.
public final class TrainingStep implements Runnable {
    private final Layer model;
    private final Optimizer optimizer;
    private final Supplier<Tensor> loss;
    private final int[] shape;

    private TrainingStep(Layer model, Supplier<Tensor> loss, int... shape) {
        this.model = model;
        this.loss = loss;
        optimizer = new Sgd(model, 0.01);
        this.shape = shape;
    }

    /// Samples in random classes, by cross entropy.
    ///
    /// @param shape of the samples, batch first
    static TrainingStep classes(Layer model, int classes, int... shape) {
        var random = Rng.current();
        Tensor samples = Tensor.uniform(random, shape);
        int[] drawn = new int[shape[0]];
        for (int i = 0; i < drawn.length; i++) drawn[i] = random.nextInt(classes);
        Tensor labels = Tensor.of(drawn, drawn.length);
        return new TrainingStep(model, () -> Losses.crossEntropy(model.apply(samples), labels), shape);
    }

    /// The mean square of the outputs, where the cost of a real loss would hide that of the layer.
    static TrainingStep meanSquare(Layer model, int... shape) {
        Tensor samples = Tensor.normal(Rng.current(), shape);
        return new TrainingStep(model, () -> model.apply(samples).square().mean(), shape);
    }

    /// The work may still be running when this returns.
    @Override
    public void run() {
        Scope.run(() -> optimizer.step(Tape.gradients(loss, model.trainable())));
    }

    /// Of the forward pass of one batch; backward takes twice as many.
    public long multiplyAdds() {
        return model.summary(shape).multiplyAdds();
    }

    /// The model that is trained.
    public Layer model() {
        return model;
    }
}
