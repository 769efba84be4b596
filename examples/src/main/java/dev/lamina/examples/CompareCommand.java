package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.Rng;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.optim.Adam;
import dev.lamina.train.Callback;
import dev.lamina.train.TrainOptions;
import dev.lamina.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina compare ID ID`: the same training on two devices, loss by loss.
@Command(
        name = "compare",
        sortOptions = false,
        description = "Trains the MNIST network with one seed on two devices and shows their losses side by side.")
final class CompareCommand implements Runnable {
    private static final int BATCH = 64;

    @Parameters(paramLabel = "ID", arity = "2", description = "two devices, such as cpu opencl:0")
    private List<String> ids;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "training steps (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of everything random (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--tolerance",
            paramLabel = "D",
            defaultValue = "1e-3",
            description = "fail if losses of a step differ by more (default: ${DEFAULT-VALUE})")
    private double tolerance;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--json", description = "end standard output with one JSON object; text goes to standard error")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (steps < 1) throw new ParameterException(spec.commandLine(), "--steps must be 1 or more, got " + steps);
        var report = new Report(spec.commandLine(), json);
        var losses = new ArrayList<List<Double>>();
        precision.run(report, () -> ids.forEach(id -> losses.add(losses(Device.require(id)))));
        report.say("%4s %12s %12s %12s", "step", ids.get(0), ids.get(1), "difference");
        for (int i = 0; i < steps; i++)
            report.say(
                    "%4d %12.6f %12.6f %12.2e",
                    i + 1, losses.get(0).get(i), losses.get(1).get(i), difference(losses, i));
        double worst = IntStream.range(0, steps)
                .mapToDouble(i -> difference(losses, i))
                .max()
                .orElseThrow();
        report.say("largest difference %.2e", worst);
        for (int d = 0; d < 2; d++) report.put("losses_" + ids.get(d), losses.get(d));
        report.put("largest_difference", worst);
        report.end();
        if (!(worst <= tolerance))
            throw new LaminaException("compare: the losses on " + ids.get(0) + " and " + ids.get(1) + " differ by "
                    + worst + ", more than " + tolerance);
    }

    private static double difference(List<List<Double>> losses, int step) {
        return Math.abs(losses.get(0).get(step) - losses.get(1).get(step));
    }

    /// The loss of each step, read as it is made.
    private List<Double> losses(Device device) {
        var losses = new ArrayList<Double>();
        Callback note = new Callback() {
            @Override
            public void onStep(Step step) {
                losses.add(step.loss());
            }
        };
        return device.with(() -> new Rng(seed).with(() -> {
            Layer model = new MnistCnn().model();
            var data = Digits.loader(Mnist.load().train().take(steps * BATCH), BATCH)
                    .shuffle(seed);
            new Trainer(model, Losses::crossEntropy, new Adam(model, 1e-3))
                    .fit(data, TrainOptions.epochs(1).seed(seed).readEvery(1).callbacks(note));
            return losses;
        }));
    }
}
