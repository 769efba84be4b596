package dev.lamina.examples;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.nn.Layer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// One training run: its settings, and what all examples report in the same way.
final class Run {
    private final Example example;
    private final Settings settings;
    private final Device device;
    private final Report report;
    private long firstStepAt;
    private long samples;
    private double seconds;

    Run(Example example, Settings settings, Device device, Report report) {
        this.example = example;
        this.settings = settings;
        this.device = device;
        this.report = report;
    }

    Settings settings() {
        return settings;
    }

    Device device() {
        return device;
    }

    void say(String format, Object... arguments) {
        report.say(format, arguments);
    }

    void put(String key, Object value) {
        report.put(key, value);
    }

    /// Prints the table of a model of this example and notes its size.
    void describe(Layer model) {
        var summary = example.summary(model, 1);
        say("%n%s", summary);
        put("parameters", summary.parameters());
    }

    /// To be called when the first training step is done: how long a user waits for something to happen.
    void stepped() {
        if (firstStepAt == 0) {
            device.sync();
            firstStepAt = System.currentTimeMillis();
        }
    }

    /// Adds to what was trained on, for the rate.
    void trained(long samples, double seconds) {
        this.samples += samples;
        this.seconds += seconds;
    }

    /// To be called when the accuracy that was asked for is reached.
    void reached(int epoch, double accuracy) {
        double seconds = sinceStart(System.currentTimeMillis());
        put("epochs_to_target", epoch);
        put("seconds_to_target", seconds);
        say("test accuracy %.2f %% was reached %.2f s after the start", 100 * accuracy, seconds);
    }

    /// Draws a picture and writes it to the output folder; drawing is what loads the chart library.
    void picture(String file, Supplier<byte[]> png) {
        Path path = settings.out().resolve(file);
        try {
            Files.createDirectories(settings.out());
            Files.write(path, png.get());
        } catch (IOException e) {
            throw new DataException(
                    "cannot write the picture " + path + ": " + e + "; choose another folder with --out", e);
        }
        say("wrote %s", path);
    }

    /// Seconds since this Java began.
    private static double sinceStart(long millis) {
        return (millis - ManagementFactory.getRuntimeMXBean().getStartTime()) * 1e-3;
    }

    void end() {
        double rate = samples / seconds;
        String items = example.items();
        put("epochs", settings.epochs());
        put("seed", settings.seed());
        put("seconds", seconds);
        put(items + "_per_second", rate);
        double first = sinceStart(firstStepAt);
        put("seconds_to_first_step", first);
        put("seconds_in_all", sinceStart(System.currentTimeMillis()));
        say(
                "trained for %.1f s (%,.0f %s/s); the first step was done %.2f s after the start",
                seconds, rate, items, first);
        report.end();
    }
}
