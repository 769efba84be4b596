package dev.lamina.examples;

import dev.lamina.Device;
import dev.lamina.DeviceException;
import dev.lamina.Rng;
import dev.lamina.kernels.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
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
        description = "Measures how fast a training step is: warm-up, then several windows of equal length.")
final class BenchCommand implements Runnable {
    private static final int WINDOWS = 5;

    /// What can be measured; a new benchmark is one more constant.
    enum Name {
        cnn(CnnStep::new, 64),
        lstm(LstmStep::new, 32);

        private final Function<Integer, TrainingStep> make;
        private final int batch;

        Name(Function<Integer, TrainingStep> make, int batch) {
            this.make = make;
            this.batch = batch;
        }
    }

    @Parameters(paramLabel = "NAME", description = "one of ${COMPLETION-CANDIDATES}")
    private Name name;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images or sequences in a step (default: cnn 64, lstm 32)")
    private Integer chosen;

    private int batch;

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

    /// Steps of a window and how long they took.
    private record Window(int steps, double seconds) {
        double stepMillis() {
            return seconds * 1e3 / steps;
        }
    }

    @Override
    public void run() {
        batch = chosen == null ? name.batch : chosen;
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

    private void measure(Device d, Report report) {
        TrainingStep step = name.make.apply(batch);
        int steps = warmUp(d, step);
        var windows = new Window[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) windows[i] = window(d, step, steps);
        double[] millis =
                Arrays.stream(windows).mapToDouble(Window::stepMillis).sorted().toArray();
        double median = millis[WINDOWS / 2];
        double gflops = step.multiplyAdds() * 6 / median * 1e-6;
        report.say(
                "%s, batch %d, on %s: %.2f ms a step (%.2f to %.2f in %d windows of %d steps)",
                name, batch, d.id(), median, millis[0], millis[WINDOWS - 1], WINDOWS, steps);
        report.say(
                "%,.0f %s/s (%,.0f to %,.0f), %.1f GFLOP/s, peak memory %.1f MiB",
                rate(step, median),
                step.items(),
                rate(step, millis[WINDOWS - 1]),
                rate(step, millis[0]),
                gflops,
                d.memory().peakBytes() / 0x1p20);
        report.put("benchmark", name.name());
        report.put("batch", batch);
        report.put(step.items() + "_per_second", rate(step, median));
        report.put(step.items() + "_per_second_min", rate(step, millis[WINDOWS - 1]));
        report.put(step.items() + "_per_second_max", rate(step, millis[0]));
        report.put("step_ms", median);
        report.put("gflops", gflops);
        report.put("steps", Arrays.stream(windows).mapToInt(Window::steps).sum());
        report.put("peak_memory_bytes", d.memory().peakBytes());
        if (profile) profile(d, step, report);
    }

    private void estimate(Device d, Report report) {
        var counters = new SimulatedCounters(d);
        TrainingStep step = name.make.apply(batch);
        step.run();
        var estimate = new Roofline(roofline.gpu(), counters.count(d, step::run));
        report.say(
                "%s, batch %d, a step on %s:%n%n%s", name, batch, roofline.gpu().title(), estimate.table());
        report.say(
                "at most %,.0f %s/s, as a graph %,.0f",
                rate(step, estimate.eagerSeconds() * 1e3), step.items(), rate(step, estimate.graphSeconds() * 1e3));
        report.put("benchmark", name.name());
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

    private double rate(TrainingStep step, double millis) {
        return (double) batch * step.itemsEach() * 1e3 / millis;
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
