package dev.lamina.examples;

import dev.lamina.nn.Activations;
import dev.lamina.nn.Conv2d;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Layer;
import dev.lamina.nn.MaxPool2d;
import dev.lamina.nn.Sequential;

/// A convolutional network that reads handwritten digits.
final class MnistCnn implements Example {
    @Override
    public String name() {
        return "mnist";
    }

    @Override
    public String description() {
        return "handwritten digits by a convolutional network";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(5, 64, 0.003, true);
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
                new Conv2d(1, 16, 3).padding(1),
                Activations.relu(),
                new MaxPool2d(2),
                new Conv2d(16, 32, 3).padding(1),
                Activations.relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Dense(32 * 7 * 7, 128),
                Activations.relu(),
                new Dropout(0.25),
                new Dense(128, 10));
    }

    @Override
    public void train(Run run) {
        Digits.train(run, this::model, 1);
    }
}
