package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.nn.Activations;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Sequential;

/// One hidden layer of a few tanh units bends the line of one neuron around two half moons.
final class Shallow implements Example {
    private static final int UNITS = 6;

    @Override
    public String name() {
        return "shallow";
    }

    @Override
    public String description() {
        return "one hidden layer separates two moons";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(1500, 0, 1.0, false);
    }

    @Override
    public int[] input() {
        return new int[] {2};
    }

    @Override
    public Layer model() {
        return new Sequential(new Dense(2, UNITS), Activations.tanh(), new Dense(UNITS, 1));
    }

    @Override
    public void train(Run run) {
        var random = new Rng(run.settings().seed()).split(1);
        var points = Points.moons(400, 0.15, random).take(run.settings().limit());
        var unseen = Points.moons(1000, 0.15, random);
        PlaneTraining.train(run, model(), points, unseen, UNITS + " hidden units bend it");
    }
}
