package dev.lamina.examples;

import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Flatten;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Sequential;

/// A deep network of dense layers that reads handwritten digits: it does not know that pixels have neighbours.
final class Mlp implements Example {
    @Override
    public String name() {
        return "mlp";
    }

    @Override
    public String description() {
        return "handwritten digits by dense layers";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(6, 128, 0.002, true);
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
                new Flatten(),
                new Dense(28 * 28, 256),
                Activations.relu(),
                new Dropout(0.2),
                new Dense(256, 128),
                Activations.relu(),
                new Dropout(0.2),
                new Dense(128, 64),
                Activations.relu(),
                new Dense(64, 10));
    }

    @Override
    public void train(Run run) {
        Digits.train(run, this::model, 0);
    }
}
