package dev.lamina.examples;

import dev.lamina.Rng;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina summary NAME`.
@Command(name = "summary", description = "Prints the layers of an example: shapes, parameters, multiply-adds.")
final class SummaryCommand implements Runnable {
    @Parameters(
            paramLabel = "NAME",
            converter = TrainCommand.ByName.class,
            completionCandidates = TrainCommand.Names.class,
            description = "one of ${COMPLETION-CANDIDATES}")
    private Example example;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "images or rows in the input (default: 1)")
    private int batch;

    @Mixin
    private DeviceOption device;

    @Option(names = "--json", description = "print one JSON object instead")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (batch < 1) throw new ParameterException(spec.commandLine(), "--batch must be 1 or more, got " + batch);
        var report = new Report(spec.commandLine(), json);
        device.open(report).with(() -> {
            var summary = example.summary(new Rng(1).with(example::model), batch);
            report.say("%s", summary);
            report.put("example", example.name());
            report.put("parameters", summary.parameters());
            report.put("multiply_adds", summary.multiplyAdds());
            report.put(
                    "layers",
                    summary.rows().stream()
                            .map(r -> Map.of("path", r.path(), "type", r.type(), "parameters", r.parameters()))
                            .toList());
            report.end();
        });
    }
}
