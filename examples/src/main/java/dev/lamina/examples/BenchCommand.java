package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.DeviceException;
import dev.lamina.LaminaException;
import dev.lamina.Rng;
import dev.lamina.benchmarks.Step;
import dev.lamina.benchmarks.TrainingStep;
import dev.lamina.kernels.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina bench NAME`.
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measures how fast a training step is: warm-up, then several windows of equal length.",
            "With the pattern of a benchmark's name instead of a step: JMH, and a table with percent of the peak."
        })
final class BenchCommand implements Runnable {
    private static final int WINDOWS = 5;

    @Parameters(
            paramLabel = "NAME",
            description =
                    "a training step (cnn, mlp, resnet18, lstm), or a pattern of benchmarks such as gemm, 'conv|pool' or . for all")
    private String name;

    @Parameters(
            paramLabel = "ARGUMENT",
            index = "1..*",
            description = "for JMH, after --, such as -- -p shape=SQUARE_1024 -f 1")
    private List<String> more = List.of();

    @Option(names = "--quick", description = "one short fork of each benchmark instead of three")
    private boolean quick;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images or sequences in a step (default: what is usual for it, 64 for cnn)")
    private Integer batch;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "to measure for, after a warm-up of half as long (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Mixin
    private DeviceOption device;

    @Mixin
    private PrecisionOption precision;

    @Option(
            names = "--profile",
            description =
                    "also count a step's kernel launches and bytes by op, beside the fewest bytes possible (GPUs)")
    private boolean profile;

    @Option(
            names = "--roofline",
            paramLabel = "GPU",
            description =
                    "instead of measuring, estimate a step on one of ${COMPLETION-CANDIDATES} from what its kernels do on the simulated driver: --device cuda:sim")
    private Gpu.Name roofline;

    @Option(names = "--json", description = "end standard output with one JSON object; text goes to standard error")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private Step which;

    /// Steps of a window and how long they took.
    private record Window(int steps, double seconds) {
        double stepMillis() {
            return seconds * 1e3 / steps;
        }
    }

    @Override
    public void run() {
        which = Arrays.stream(Step.values())
                .filter(s -> s.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
        if (which == null) {
            benchmarks();
            return;
        }
        if (!more.isEmpty() || quick)
            throw new ParameterException(
                    spec.commandLine(), name + " is a training step: --quick and arguments for JMH go with benchmarks");
        if (batch == null) batch = which.batch();
        if (batch < 1) throw new ParameterException(spec.commandLine(), "--batch must be 1 or more, got " + batch);
        if (!(seconds > 0 && seconds <= 3600))
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be above 0 and at most 3600, got " + seconds);
        var report = new Report(spec.commandLine(), json);
        Device d = device.open(report);
        precision.run(
                report,
                () -> d.with(() -> new Rng(1).with(() -> {
                    if (roofline != null) estimate(d, report);
                    else measure(d, report);
                    return null;
                })));
        report.end();
    }

    private String title() {
        return which.name().toLowerCase(Locale.ROOT);
    }

    /// JMH runs the benchmarks in JVMs of their own.
    private void benchmarks() {
        if (!matchesBenchmarks())
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no training step or benchmark " + name + "; there are "
                            + Arrays.toString(Step.values()).toLowerCase(Locale.ROOT)
                            + " and the benchmarks " + dev.lamina.benchmarks.Main.names(""));
        if (batch != null || profile || roofline != null || json)
            throw new ParameterException(
                    spec.commandLine(),
                    "--batch, --profile, --roofline and --json go with the training steps, not with benchmarks");
        Device d = device.open(new Report(spec.commandLine(), false));
        var arguments = new ArrayList<>(List.of(name, "-p", "device=" + d.id()));
        arguments.addAll(more);
        try {
            spec.commandLine().getOut().println(dev.lamina.benchmarks.Main.run(arguments, quick));
        } catch (CommandLineOptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        } catch (RunnerException e) {
            throw new LaminaException("bench: " + e.getMessage(), e);
        }
    }

    private boolean matchesBenchmarks() {
        try {
            return !dev.lamina.benchmarks.Main.names(name).isEmpty();
        } catch (PatternSyntaxException e) {
            throw new ParameterException(spec.commandLine(), "not a pattern: " + e.getMessage());
        }
    }

    private void measure(Device d, Report report) {
        TrainingStep step = which.make(batch);
        int steps = warmUp(d, step);
        var windows = new Window[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) windows[i] = window(d, step, steps);
        double[] millis =
                Arrays.stream(windows).mapToDouble(Window::stepMillis).sorted().toArray();
        double median = millis[WINDOWS / 2];
        double gflops = step.multiplyAdds() * 6 / median * 1e-6;
        report.say(
                "%s, batch %d, on %s: %.2f ms a step (%.2f to %.2f in %d windows of %d steps)",
                title(), batch, d.id(), median, millis[0], millis[WINDOWS - 1], WINDOWS, steps);
        report.say(
                "%,.0f %s/s (%,.0f to %,.0f), %.1f GFLOP/s, peak memory %.1f MiB",
                rate(median),
                which.items(),
                rate(millis[WINDOWS - 1]),
                rate(millis[0]),
                gflops,
                d.memory().peakBytes() / 0x1p20);
        report.put("benchmark", title());
        report.put("batch", batch);
        report.put(which.items() + "_per_second", rate(median));
        report.put(which.items() + "_per_second_min", rate(millis[WINDOWS - 1]));
        report.put(which.items() + "_per_second_max", rate(millis[0]));
        report.put("step_ms", median);
        report.put("gflops", gflops);
        report.put("steps", Arrays.stream(windows).mapToInt(Window::steps).sum());
        report.put("peak_memory_bytes", d.memory().peakBytes());
        if (profile) profile(d, step, report);
    }

    private void estimate(Device d, Report report) {
        var counters = new SimulatedCounters(d);
        TrainingStep step = which.make(batch);
        step.run();
        var estimate = new Roofline(roofline.gpu(), counters.count(d, step::run));
        report.say(
                "%s, batch %d, a step on %s:%n%n%s",
                title(), batch, roofline.gpu().title(), estimate.table());
        report.say(
                "at most %,.0f %s/s, as a graph %,.0f",
                rate(estimate.eagerSeconds() * 1e3), which.items(), rate(estimate.graphSeconds() * 1e3));
        report.put("benchmark", title());
        report.put("batch", batch);
        report.put("gpu", roofline.gpu().title());
        report.put("kernels", estimate.rows());
        report.put("launches", estimate.launches());
        report.put("seconds_kernels", estimate.kernelSeconds());
        report.put("seconds_eager", estimate.eagerSeconds());
        report.put("seconds_graph", estimate.graphSeconds());
    }

    private static void profile(Device d, TrainingStep step, Report report) {
        var counted = new Profile();
        counted.during(step::run);
        d.sync();
        if (counted.rows().isEmpty())
            throw new DeviceException(
                    "bench --profile: " + d.id() + " launches no kernels; name a GPU, as lamina doctor lists them");
        report.say("%n%s", counted.table());
        var rows = new ArrayList<Map<String, Object>>();
        for (Profile.Row r : counted.rows()) rows.add(row(r));
        report.put("ops", rows);
        report.put("ops_total", row(counted.total()));
    }

    private static Map<String, Object> row(Profile.Row r) {
        var row = new LinkedHashMap<String, Object>();
        row.put("op", r.op());
        row.put("calls", r.calls());
        row.put("launches", r.launches());
        row.put("bytes_moved", r.moved());
        row.put("bytes_least", r.least());
        return row;
    }

    private double rate(double millis) {
        return (double) batch * which.itemsEach() * 1e3 / millis;
    }

    /// Runs windows that double, until they took half the time together; the steps that fill a window.
    private int warmUp(Device d, TrainingStep step) {
        double spent = 0;
        for (int steps = 1; ; steps *= 2) {
            Window w = window(d, step, steps);
            spent += w.seconds();
            if (spent >= seconds / 2) return (int) Math.max(1, Math.round(seconds / WINDOWS * 1e3 / w.stepMillis()));
        }
    }

    /// Waits for the device only at the end, as training does, and inside the time.
    private static Window window(Device d, TrainingStep step, int steps) {
        d.sync();
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) step.run();
        d.sync();
        return new Window(steps, (System.nanoTime() - start) * 1e-9);
    }
}
