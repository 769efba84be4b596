package dev.lamina.examples;

import dev.lamina.train.Callback;
import dev.lamina.train.History;

/// Ends training once the accuracy on test data is what `--until` asks for, and notes when that was.
///
/// @param stop ends training after the current epoch
record Target(Run run, Runnable stop) implements Callback {
    @Override
    public void onEpochEnd(History.Epoch e) {
        double accuracy = e.validation().get("accuracy");
        if (accuracy >= run.settings().until()) {
            run.reached(e.epoch(), accuracy);
            stop.run();
        }
    }
}
