package dev.lamina.examples;

import dev.lamina.LaminaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `lamina` command.
@Command(
        name = "lamina",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        description = "A GPU-accelerated deep learning framework for the JVM.",
        subcommands = {
            TrainCommand.class,
            SampleCommand.class,
            SummaryCommand.class,
            BenchCommand.class,
            CompareCommand.class,
            TuneCommand.class,
            DoctorCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    private static final Logger LOG = Logger.getLogger("dev.lamina");

    @Spec
    private CommandSpec spec;

    private Main() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // pictures are files, also where there is no display
        LOG.setLevel(Level.WARNING); // each command says itself which device it takes, and why
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        // Written when help is asked for: a start should not wait for it.
        for (String name : List.of("train", "summary"))
            line.getSubcommands()
                    .get(name)
                    .getHelpSectionMap()
                    .put(UsageMessageSpec.SECTION_KEY_FOOTER, _ -> examples());
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((e, command, _) -> {
                    // What Lamina says is meant for the user; of anything else the place matters.
                    if (!(e instanceof LaminaException || e instanceof IllegalArgumentException))
                        e.printStackTrace(command.getErr());
                    else command.getErr().println("lamina: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    /// Each example with what its options are unless they are given.
    private static String examples() {
        var text = new StringBuilder(String.format("%nExamples:%n"));
        for (Example e : Example.all()) {
            var d = e.defaults();
            String batch = d.batch() == 0 ? "" : " --batch " + d.batch();
            text.append(String.format("  %-11s %s%n", e.name(), e.description()));
            text.append(String.format("  %-11s --epochs %d%s --lr %s%n", "", d.epochs(), batch, d.learningRate()));
        }
        return text.toString();
    }

    static String version() {
        try (var in = Main.class.getResourceAsStream("version.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "lamina " + version(), "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
            };
        }
    }
}
