package dev.lamina.examples;

import dev.lamina.LaminaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The `lamina` command.
@Command(
        name = "lamina",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A GPU-accelerated deep learning framework for the JVM.",
        subcommands = {TrainCommand.class, SummaryCommand.class, BenchCommand.class, TuneCommand.class, DoctorCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // pictures are files, also where there is no display
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((e, command, _) -> {
                    // What Lamina says is meant for the user; of anything else the place matters.
                    if (!(e instanceof LaminaException || e instanceof IllegalArgumentException)) e.printStackTrace(command.getErr());
                    else command.getErr().println("lamina: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
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
            return new String[] {"lamina " + version(), "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")};
        }
    }
}
