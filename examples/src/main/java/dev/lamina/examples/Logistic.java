package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Layer;

/// One neuron: `p = sigmoid(w x + b)` of two features, from zero, by gradient descent on the mean logistic cost
/// `-(y log p + (1 - y) log(1 - p))`.
final class Logistic implements Example {
    @Override
    public String name() {
        return "logistic";
    }

    @Override
    public String description() {
        return "one neuron separates two clouds of points";
    }

    @Override
    public Defaults defaults() {
        return new Defaults(200, 0, 0.5, false);
    }

    @Override
    public int[] input() {
        return new int[] {2};
    }

    /// The cost of one neuron has a single minimum, so that it need not begin at random.
    @Override
    public Layer model() {
        var neuron = new Dense(2, 1);
        neuron.trainable().forEach(p -> p.assign(Tensor.zerosLike(p.value())));
        return neuron;
    }

    @Override
    public void train(Run run) {
        var random = new Rng(run.settings().seed());
        var points = Points.clouds(400, random).take(run.settings().limit());
        var unseen = Points.clouds(1000, random);
        Layer model = model();
        PlaneTraining.train(run, model, points, unseen, "One neuron draws a line");
        float[] w = model.parameters().get("weight").value().toFloats();
        float b = model.parameters().get("bias").value().item();
        run.say("the line: %.3f x1 %+.3f x2 %+.3f = 0", w[0], w[1], b);
    }
}
