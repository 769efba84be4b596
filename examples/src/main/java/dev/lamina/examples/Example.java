package dev.lamina.examples;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Summary;
import java.util.List;

/// A model that `lamina train NAME` trains and `lamina summary NAME` describes.
interface Example {
    /// Every example, from one neuron to a language model.
    static List<Example> all() {
        return List.of(
                new Logistic(),
                new Shallow(),
                new Mlp(),
                new MnistCnn(),
                new MnistFast(),
                new Crime(),
                new Sine(),
                new Sentiment(),
                new Seq2Seq(),
                new Shakespeare());
    }

    String name();

    /// One line for the help text.
    String description();

    Defaults defaults();

    /// The model with fresh parameters, drawn from the current `Rng` on the current device.
    Layer model();

    /// The shape of one input, without the batch.
    int[] input();

    default DType inputType() {
        return DType.F32;
    }

    /// What a batch consists of.
    default String items() {
        return "samples";
    }

    /// Whether the accuracy on test data is measured after each epoch, so that `--until` can end training.
    default boolean testsEachEpoch() {
        return false;
    }

    /// The kinds of network to choose from, the usual one first; none if there is one kind.
    default List<String> models() {
        return List.of();
    }

    default Summary summary(Layer model, int batch) {
        return Summary.of(model, new Spec(Shape.of(input()).insert(0, batch), inputType()));
    }

    void train(Run run);

    /// What the options are unless they are given.
    ///
    /// @param batch 0 for an example that always takes the whole set at once
    /// @param ownData true if `--data` can name other files of the same kind
    record Defaults(int epochs, int batch, double learningRate, boolean ownData) {}
}
