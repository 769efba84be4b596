package dev.lamina.examples;

import dev.lamina.Precision;
import java.util.Locale;
import picocli.CommandLine.Option;

/// `--precision`.
final class PrecisionOption {
    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "FP32",
            description =
                    "one of ${COMPLETION-CANDIDATES}: what products and convolutions round their operands to, on devices with units for it (default: ${DEFAULT-VALUE})")
    private Precision precision;

    /// Runs `body` in the precision that was asked for, and notes it.
    void run(Report report, Runnable body) {
        report.put("precision", precision.name().toLowerCase(Locale.ROOT));
        precision.run(body);
    }
}
