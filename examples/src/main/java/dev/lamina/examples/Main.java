package dev.lamina.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `lamina` command.
@Command(
        name = "lamina",
        mixinStandardHelpOptions = true,
        version = "lamina 0.1.0-SNAPSHOT",
        description = "A GPU-accelerated deep learning framework for the JVM.")
public final class Main implements Runnable {
    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
