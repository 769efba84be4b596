package dev.lamina.examples;

import dev.lamina.nn.Activations;
import dev.lamina.nn.BatchNorm2d;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Layer;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Sequential;

/// A convolutional network that reads 99 % of the handwritten digits after one pass over the training images. The
/// first convolution halves the image, so that all later ones are cheap; normalisation lets the rate be high.
final class MnistFast implements Example {
    @Override
    public String name() {
        return "mnist-fast";
    }

    @Override
    public String description() {
        return "handwritten digits, 99 % of them as soon as possible";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(1, 96, 0.01, true);
    }

    @Override
    public String items() {
        return "images";
    }

    @Override
    public int[] input() {
        return new int[] {1, 28, 28};
    }

    @Override
    public boolean testsEachEpoch() {
        return true;
    }

    @Override
    public Layer model() {
        return new Sequential(
                new Conv2d(1, 16, 5).stride(2),
                Activations.relu(),
                new Conv2d(16, 32, 3),
                new MaxPool2d(2),
                new BatchNorm2d(32),
                Activations.relu(),
                new Conv2d(32, 64, 3),
                new BatchNorm2d(64),
                Activations.relu(),
                new Flatten(),
                new Dense(64 * 3 * 3, 10));
    }

    @Override
    public void train(Run run) {
        Digits.train(run, this::model, 0);
    }
}
