package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Sgd;

/// The convolutional network of many tutorials on random images 1 x 28 x 28: two 3 x 3 convolutions of 32 and
/// 64 channels, max-pooling, and dense layers of 128 and 10; SGD with cross entropy. 12 million multiply-adds
/// an image.
final class CnnStep implements TrainingStep {
    private final Layer model = new Sequential(
            new Conv2d(1, 32, 3),
            Activations.relu(),
            new Conv2d(32, 64, 3),
            Activations.relu(),
            new MaxPool2d(2),
            new Flatten(),
            new Dense(64 * 12 * 12, 128),
            Activations.relu(),
            new Dense(128, 10));
    private final Optimizer optimizer = new Sgd(model, 0.01);
    private final Tensor images;
    private final Tensor labels;
    private final long multiplyAdds;

    CnnStep(int batch) {
        images = Tensor.uniform(Rng.current(), batch, 1, 28, 28);
        var random = Rng.current();
        int[] digits = new int[batch];
        for (int i = 0; i < batch; i++) digits[i] = random.nextInt(10);
        labels = Tensor.of(digits, batch);
        multiplyAdds = model.summary(batch, 1, 28, 28).multiplyAdds();
    }

    @Override
    public void run() {
        Scope.run(() -> optimizer.step(
                Tape.gradients(() -> Losses.crossEntropy(model.apply(images), labels), model.trainable())));
    }

    @Override
    public long multiplyAdds() {
        return multiplyAdds;
    }
}
