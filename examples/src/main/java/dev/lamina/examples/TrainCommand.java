package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.Rng;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `lamina train NAME`.
@Command(
        name = "train",
        sortOptions = false,
        description = "Trains an example and says how well it does on data that it has not seen.")
final class TrainCommand implements Runnable {
    @Parameters(
            paramLabel = "NAME",
            converter = ByName.class,
            completionCandidates = Names.class,
            description = "one of ${COMPLETION-CANDIDATES}")
    private Example example;

    @Mixin
    private DeviceOption device;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--model", paramLabel = "KIND", description = "kind of network, where an example has several")
    private String model;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the training data")
    private Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "examples in a step")
    private Integer batch;

    @Option(names = "--lr", paramLabel = "RATE", description = "learning rate; where it changes, its highest value")
    private Double learningRate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of everything random; one seed gives one result (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--limit", paramLabel = "N", description = "use only the first N training examples")
    private Integer limit;

    @Option(names = "--test-limit", paramLabel = "N", description = "test on the first N examples only")
    private Integer testLimit;

    @Option(
            names = "--until",
            paramLabel = "ACCURACY",
            description = "end after the epoch in which so many of the test examples are right, such as 0.99")
    private Double until;

    @Option(names = "--data", paramLabel = "PATH", description = "read the data from here instead of the embedded copy")
    private Path data;

    @Option(names = "--out", paramLabel = "FOLDER", description = "for pictures and models (default: runs/NAME)")
    private Path out;

    @Option(
            names = "--json",
            description = "end standard output with one JSON object; all other text goes to standard error")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        var report = new Report(spec.commandLine(), json);
        Settings settings = settings();
        report.put("example", example.name());
        Device d = device.open(report);
        var run = new Run(example, settings, d, report);
        precision.run(
                report,
                () -> d.with(() -> new Rng(settings.seed()).with(() -> {
                    example.train(run);
                    return null;
                })));
        run.end();
    }

    private Settings settings() {
        Example.Defaults defaults = example.defaults();
        check(epochs == null || epochs >= 1, "--epochs must be 1 or more, got " + epochs);
        check(batch == null || batch >= 1, "--batch must be 1 or more, got " + batch);
        check(
                batch == null || defaults.batch() > 0,
                example.name() + " takes all its data in every step: leave --batch out");
        check(
                learningRate == null || learningRate > 0 && Double.isFinite(learningRate),
                "--lr must be above 0, got " + learningRate);
        check(limit == null || limit >= 2, "--limit must be 2 or more, got " + limit);
        check(testLimit == null || testLimit >= 1, "--test-limit must be 1 or more, got " + testLimit);
        check(until == null || until > 0 && until <= 1, "--until must be above 0 and at most 1, got " + until);
        check(
                until == null || example.testsEachEpoch(),
                example.name() + " has no test accuracy after each epoch: leave --until out");
        check(
                model == null || example.models().contains(model),
                example.models().isEmpty()
                        ? example.name() + " has one kind of network: leave --model out"
                        : "--model must be one of " + String.join(", ", example.models()) + ", got " + model);
        check(data == null || defaults.ownData(), example.name() + " makes its own data: leave --data out");
        return new Settings(
                model == null && !example.models().isEmpty() ? example.models().getFirst() : model,
                epochs == null ? defaults.epochs() : epochs,
                batch == null ? defaults.batch() : batch,
                learningRate == null ? defaults.learningRate() : learningRate,
                seed,
                limit == null ? Integer.MAX_VALUE : limit,
                testLimit == null ? Integer.MAX_VALUE : testLimit,
                until == null ? Double.POSITIVE_INFINITY : until,
                data,
                out == null ? Path.of("runs", example.name()) : out);
    }

    private void check(boolean right, String message) {
        if (!right) throw new ParameterException(spec.commandLine(), message);
    }

    /// An example by its name.
    static final class ByName implements ITypeConverter<Example> {
        @Override
        public Example convert(String name) {
            return Example.all().stream()
                    .filter(e -> e.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is no example " + name + "; there are "
                            + Example.all().stream().map(Example::name).collect(Collectors.joining(", "))));
        }
    }

    /// The names of all.
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Example.all().stream().map(Example::name).iterator();
        }
    }
}
