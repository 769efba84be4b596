package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.text.Sampler;
import dev.lamina.text.Sampling;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lamina sample`.
@Command(
        name = "sample",
        sortOptions = false,
        description = "Writes text with a model that lamina train shakespeare saved.")
final class SampleCommand implements Runnable {
    @Option(
            names = "--from",
            paramLabel = "FOLDER",
            defaultValue = "runs/shakespeare",
            description = "where the model is (default: ${DEFAULT-VALUE})")
    private Path from;

    @Option(names = "--length", paramLabel = "N", defaultValue = "500", description = "characters (default: 500)")
    private int length;

    @Option(
            names = "--beginning",
            paramLabel = "TEXT",
            defaultValue = "\n",
            description = "what to go on from (default: a new line)")
    private String beginning;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.8",
            description = "0 takes the likeliest character, 1 draws as the model says (default: ${DEFAULT-VALUE})")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "draw from the K likeliest characters only")
    private Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "draw from the fewest with probability P together")
    private Double topP;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "of what is drawn (default: 1)")
    private long seed;

    @Mixin
    private DeviceOption device;

    @Option(names = "--json", description = "end standard output with one JSON object instead")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        check(length >= 1, "--length must be 1 or more, got " + length);
        check(!beginning.isEmpty(), "--beginning must not be empty");
        check(temperature >= 0 && Double.isFinite(temperature), "--temperature must be 0 or more, got " + temperature);
        check(topK == null || topK >= 1, "--top-k must be 1 or more, got " + topK);
        check(topP == null || topP > 0 && topP <= 1, "--top-p must be above 0 and at most 1, got " + topP);
        Sampling sampling = Sampling.temperature(temperature);
        if (topK != null) sampling = sampling.topK(topK);
        if (topP != null) sampling = sampling.topP(topP);
        var sampler = new Sampler(sampling, length);
        var report = new Report(spec.commandLine(), json);
        String text = device.open(report)
                .with(() -> Shakespeare.write(SavedText.load(from), beginning, sampler, new Rng(seed)));
        report.say("%s", text);
        report.put("text", text);
        report.end();
    }

    private void check(boolean right, String message) {
        if (!right) throw new ParameterException(spec.commandLine(), message);
    }
}
