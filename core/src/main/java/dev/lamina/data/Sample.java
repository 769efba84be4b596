package dev.lamina.data;

/// One example: an input and what a model should make of it.
public record Sample(Values input, Values target) {
    /// The same sample with another input.
    public Sample input(Values input) {
        return new Sample(input, target);
    }

    /// The same sample with another target.
    public Sample target(Values target) {
        return new Sample(input, target);
    }
}
