package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.Gradients;
import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.data.Batch;
import dev.lamina.data.DataLoader;
import dev.lamina.nn.Layer;
import dev.lamina.optim.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// The training loop: each step in a scope of its own, on the device of the model. The same model, data,
/// options and seed give the same bits, also when training was interrupted, saved and resumed in between.
public final class Trainer {
    private static final int READ_EVERY_WHEN_ASYNCHRONOUS = 16;

    private final Layer model;
    private final Function<Batch, Tensor> forward;
    private final BiFunction<Tensor, Batch, Tensor> loss;
    private final Optimizer optimizer;
    private final List<History.Epoch> history = new ArrayList<>();
    private final BestWeights best = new BestWeights();
    private int epochs;
    private Rng rng;
    private boolean stopped;

    /// One batch of a step, and where the random stream stood before it.
    private record Part(Batch batch, long position) {}

    /// @param loss of predictions and targets, one element, such as `Losses::crossEntropy`
    public Trainer(Layer model, BinaryOperator<Tensor> loss, Optimizer optimizer) {
        this(model, b -> model.apply(b.inputs()), (y, b) -> loss.apply(y, b.targets()), optimizer);
    }

    /// For what needs more of a batch than its inputs and targets, such as lengths and masks.
    ///
    /// @param model whose parameters are trained
    /// @param forward the predictions for a batch, by the model
    /// @param loss of predictions and the batch they are for, one element
    public Trainer(
            Layer model, Function<Batch, Tensor> forward, BiFunction<Tensor, Batch, Tensor> loss, Optimizer optimizer) {
        this.model = model;
        this.forward = forward;
        this.loss = loss;
        this.optimizer = optimizer;
    }

    /// Trains until `epochs` epochs are complete in all.
    public History fit(DataLoader train, int epochs) {
        return fit(train, TrainOptions.epochs(epochs));
    }

    /// Trains until as many epochs are complete as the options say.
    ///
    /// @throws dev.lamina.DivergenceException if the loss becomes NaN or infinite; it names the epoch and the step
    /// @throws DataException if there are no batches
    public History fit(DataLoader train, TrainOptions options) {
        options.schedule().ifPresent(optimizer::schedule);
        if (rng == null) rng = new Rng(options.seed());
        stopped = options.earlyStopping().map(best::exhausted).orElse(false);
        device().with(() -> rng.with(() -> {
            while (epochs < options.epochs() && !stopped) epoch(train, options);
            return null;
        }));
        if (options.earlyStopping().isPresent()) best.restore(model);
        for (Callback c : options.callbacks()) c.onEnd(history());
        return history();
    }

    private void epoch(DataLoader train, TrainOptions options) {
        int number = epochs + 1;
        int steps = train.batches() < 0 ? -1 : Math.ceilDiv(train.batches(), options.accumulate());
        for (Callback c : options.callbacks()) c.onEpochStart(number, steps);
        long start = System.nanoTime();
        LossReader losses = steps(train.epoch(epochs), number, steps, options);
        var validation = new LinkedHashMap<String, Double>();
        options.validation()
                .ifPresent(v -> validation.putAll(evaluate(v, options.metrics().toArray(Metric[]::new))));
        double seconds = (System.nanoTime() - start) * 1e-9;
        var result = new History.Epoch(
                number, losses.steps(), losses.samples(), losses.mean(), validation, optimizer.learningRate(), seconds);
        history.add(result);
        epochs = number;
        options.earlyStopping().ifPresent(rule -> stopped |= best.observe(rule, result, model));
        for (Callback c : options.callbacks()) c.onEpochEnd(result);
    }

    private LossReader steps(Iterator<Batch> batches, int epoch, int steps, TrainOptions options) {
        if (!batches.hasNext())
            throw new DataException("train: epoch " + epoch + " has no batches; is the stream empty?");
        var losses = new LossReader(readEvery(options));
        var sums = new Accumulator();
        while (batches.hasNext())
            Scope.run(() -> {
                double rate = optimizer.learningRate();
                int[] samples = {0};
                Runnable step = () -> samples[0] = step(batches, epoch, losses, sums, options);
                if (options.graph()) device().graph(step);
                else step.run();
                var done = new Callback.Step(epoch, losses.steps(), steps, losses.last(), rate, samples[0]);
                for (Callback c : options.callbacks()) c.onStep(done);
            });
        Scope.run(() -> check(losses.read(), epoch, options, List.of()));
        return losses;
    }

    private int readEvery(TrainOptions options) {
        if (options.readEvery() > 0) return options.readEvery();
        return device().asynchronous() ? READ_EVERY_WHEN_ASYNCHRONOUS : 1;
    }

    /// Takes one step; the number of its samples.
    private int step(Iterator<Batch> batches, int epoch, LossReader losses, Accumulator sums, TrainOptions options) {
        List<Parameter> trainable = model.trainable();
        var parts = new ArrayList<Part>();
        Gradients gradients = null;
        int samples = 0;
        while (parts.size() < options.accumulate() && batches.hasNext()) {
            Batch b = batches.next();
            parts.add(new Part(b, rng.position()));
            Gradients g = Tape.gradients(() -> loss(b), trainable);
            samples += b.size();
            if (options.accumulate() == 1) gradients = g;
            else Scope.run(() -> sums.add(g, b.size()));
        }
        if (gradients == null) gradients = sums.mean(trainable);
        check(losses.add(gradients.loss(), samples), epoch, options, parts);
        optimizer.step(options.clip().apply(gradients));
        return samples;
    }

    private Tensor loss(Batch b) {
        return loss.apply(forward.apply(b), b);
    }

    private void check(LossReader.Bad bad, int epoch, TrainOptions options, List<Part> parts) {
        if (bad == null) return;
        var divergence = new Divergence(model, epoch, bad.step(), bad.loss());
        if (readEvery(options) > 1) throw divergence.seenLate();
        for (Part p : parts)
            divergence.replay(
                    () -> new Rng(rng.seed(), p.position()).with(() -> Mode.train(() -> loss(p.batch()))), p.batch());
        throw divergence.unexplained();
    }

    /// The loss and the metrics over all batches, by name, in evaluation mode.
    public SequencedMap<String, Double> evaluate(DataLoader data, Metric... metrics) {
        return device().with(() -> Mode.evaluate(() -> {
            for (Metric m : metrics) m.reset();
            var losses = new LossReader(1);
            Iterator<Batch> batches = data.epoch(0);
            while (batches.hasNext())
                Scope.run(() -> {
                    Batch b = batches.next();
                    Tensor y = forward.apply(b);
                    losses.add(loss.apply(y, b), b.size());
                    for (Metric m : metrics) m.add(y, b.targets());
                });
            var out = new LinkedHashMap<String, Double>();
            out.put("loss", losses.mean());
            for (Metric m : metrics) out.put(m.name(), m.value());
            return out;
        }));
    }

    /// The output for one batch, in evaluation mode.
    public Tensor predict(Tensor x) {
        Device device = device();
        return device.with(() -> Scope.call(() -> Mode.evaluate(() -> model.apply(x.to(device)))));
    }

    /// The outputs for all batches, joined along the first axis, in evaluation mode.
    public Tensor predict(DataLoader data) {
        return device().with(() -> Scope.call(() -> {
            var parts = new ArrayList<Tensor>();
            Iterator<Batch> batches = data.epoch(0);
            while (batches.hasNext()) parts.add(Scope.call(() -> Mode.evaluate(() -> forward.apply(batches.next()))));
            return Tensor.concat(0, parts);
        }));
    }

    /// Ends training after the current epoch; for callbacks.
    public void stop() {
        stopped = true;
    }

    /// Epochs completed in all, those before a resumption included.
    public int epochs() {
        return epochs;
    }

    /// The epochs that this trainer ran itself.
    public History history() {
        return new History(history);
    }

    public Layer model() {
        return model;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /// Writes all that is needed to go on later, in one file that replaces an older one in one stroke.
    public void save(Path file) {
        Checkpoint.of(model, optimizer, epochs, rng == null ? new Rng(0) : rng, best)
                .write(file);
    }

    /// Goes on from a file that `save` wrote, for the same model and optimizer.
    ///
    /// @throws DataException if the file is damaged or not a checkpoint, or does not fit; it lists what differs
    public void resume(Path file) {
        device().with(() -> {
            Checkpoint c = Checkpoint.read(file);
            c.restore(model, optimizer, best);
            epochs = c.epochs();
            rng = c.rng();
        });
    }

    private Device device() {
        for (Parameter p : model.parameters().values()) return p.value().device();
        return Device.current();
    }
}
