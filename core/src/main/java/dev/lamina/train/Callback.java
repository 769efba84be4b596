package dev.lamina.train;

/// Is told how training goes: progress bars, logs and checkpoints are callbacks. An exception ends training.
public interface Callback {
    /// One optimiser step.
    ///
    /// @param epoch from 1
    /// @param step within the epoch, from 1
    /// @param steps in the epoch; -1 if unknown
    /// @param loss of the last step that was read; NaN before the first reading
    /// @param learningRate the step was taken with
    /// @param samples in the step
    record Step(int epoch, int step, int steps, double loss, double learningRate, int samples) {}

    /// @param epoch from 1
    /// @param steps in the epoch; -1 if unknown
    default void onEpochStart(int epoch, int steps) {}

    default void onStep(Step step) {}

    default void onEpochEnd(History.Epoch epoch) {}

    default void onEnd(History history) {}
}
