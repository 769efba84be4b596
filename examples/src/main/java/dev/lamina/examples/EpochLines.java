package dev.lamina.examples;

import dev.lamina.train.Callback;
import dev.lamina.train.History;
import java.util.function.Consumer;

/// Counts what was trained on, and tells of each epoch.
///
/// @param tell prints a line
record EpochLines(Run run, Consumer<History.Epoch> tell) implements Callback {
    @Override
    public void onStep(Step step) {
        run.stepped();
    }

    @Override
    public void onEpochEnd(History.Epoch e) {
        run.trained(e.samples(), e.seconds());
        tell.accept(e);
    }
}
