package dev.lamina.train;

import dev.lamina.data.DataLoader;
import dev.lamina.optim.Clip;
import dev.lamina.optim.Schedule;
import java.util.List;
import java.util.Optional;

/// How a `Trainer` trains. `TrainOptions.epochs(10)` and then a method for each thing that should differ:
/// `.validation(test).metrics(new Accuracy()).clip(Clip.byNorm(1))`.
///
/// @param epochs epochs to complete in all; a resumed trainer does those that are left
/// @param schedule replaces that of the optimizer, if given
/// @param clip applied to the gradients of each step
/// @param seed of what layers draw, such as dropout masks
/// @param validation evaluated after each epoch
/// @param metrics computed on the validation data
/// @param callbacks told of each step and epoch
/// @param earlyStopping ends training when there is no progress, and brings the best weights back
/// @param accumulate batches whose gradients are averaged, by samples, for one step
/// @param readEvery steps between readings of the loss; 0 reads each step, or each 16th on a device that runs ahead
/// @param graph whether a step is one launch on devices that can; see `Device.graph`
public record TrainOptions(
        int epochs,
        Optional<Schedule> schedule,
        Clip clip,
        long seed,
        Optional<DataLoader> validation,
        List<Metric> metrics,
        List<Callback> callbacks,
        Optional<EarlyStopping> earlyStopping,
        int accumulate,
        int readEvery,
        boolean graph) {
    public TrainOptions {
        if (epochs < 0) throw new IllegalArgumentException("train: epochs must be 0 or more, got " + epochs);
        if (accumulate < 1)
            throw new IllegalArgumentException("train: batches to accumulate must be positive, got " + accumulate);
        if (readEvery < 0) throw new IllegalArgumentException("train: readEvery must be 0 or more, got " + readEvery);
        metrics = List.copyOf(metrics);
        callbacks = List.copyOf(callbacks);
    }

    public static TrainOptions epochs(int epochs) {
        return new TrainOptions(
                epochs,
                Optional.empty(),
                Clip.none(),
                0,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                1,
                0,
                false);
    }

    public TrainOptions schedule(Schedule s) {
        return new TrainOptions(
                epochs,
                Optional.of(s),
                clip,
                seed,
                validation,
                metrics,
                callbacks,
                earlyStopping,
                accumulate,
                readEvery,
                graph);
    }

    public TrainOptions clip(Clip c) {
        return new TrainOptions(
                epochs, schedule, c, seed, validation, metrics, callbacks, earlyStopping, accumulate, readEvery, graph);
    }

    public TrainOptions seed(long s) {
        return new TrainOptions(
                epochs, schedule, clip, s, validation, metrics, callbacks, earlyStopping, accumulate, readEvery, graph);
    }

    public TrainOptions validation(DataLoader data) {
        return new TrainOptions(
                epochs,
                schedule,
                clip,
                seed,
                Optional.of(data),
                metrics,
                callbacks,
                earlyStopping,
                accumulate,
                readEvery,
                graph);
    }

    public TrainOptions metrics(Metric... m) {
        return new TrainOptions(
                epochs,
                schedule,
                clip,
                seed,
                validation,
                List.of(m),
                callbacks,
                earlyStopping,
                accumulate,
                readEvery,
                graph);
    }

    public TrainOptions callbacks(Callback... c) {
        return new TrainOptions(
                epochs,
                schedule,
                clip,
                seed,
                validation,
                metrics,
                List.of(c),
                earlyStopping,
                accumulate,
                readEvery,
                graph);
    }

    public TrainOptions earlyStopping(EarlyStopping e) {
        return new TrainOptions(
                epochs,
                schedule,
                clip,
                seed,
                validation,
                metrics,
                callbacks,
                Optional.of(e),
                accumulate,
                readEvery,
                graph);
    }

    public TrainOptions accumulate(int batches) {
        return new TrainOptions(
                epochs, schedule, clip, seed, validation, metrics, callbacks, earlyStopping, batches, readEvery, graph);
    }

    public TrainOptions readEvery(int steps) {
        return new TrainOptions(
                epochs, schedule, clip, seed, validation, metrics, callbacks, earlyStopping, accumulate, steps, graph);
    }

    /// One launch for a whole step; for models whose batches have one shape.
    public TrainOptions graph(boolean whole) {
        return new TrainOptions(
                epochs,
                schedule,
                clip,
                seed,
                validation,
                metrics,
                callbacks,
                earlyStopping,
                accumulate,
                readEvery,
                whole);
    }
}
