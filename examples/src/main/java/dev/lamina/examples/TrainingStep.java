package dev.lamina.examples;

/// What `lamina bench` repeats.
interface TrainingStep {
    /// Forward, backward and update of one batch, which may still be running when this returns.
    void run();

    /// Of the forward pass of one batch; backward takes twice as many.
    long multiplyAdds();

    /// What is counted a second.
    default String items() {
        return "images";
    }

    /// How many of them an example of the batch has.
    default int itemsEach() {
        return 1;
    }
}
