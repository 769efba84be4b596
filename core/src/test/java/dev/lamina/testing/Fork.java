package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Another JVM with the class path of this one: for what would take this one down or needs another environment.
///
/// @param folder where its temporary files go: bindings unpack native libraries there under fixed names
public record Fork(Path folder, Map<String, String> environment, List<String> flags) {
    private static final int SECONDS = 900;

    /// A JVM that has started.
    public record Running(Process process, Path log) {
        /// What it printed, once it has ended well and in time.
        public String output() throws IOException, InterruptedException {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail("still running after " + SECONDS + " s:\n" + Files.readString(log));
            }
            String output = Files.readString(log);
            assertEquals(0, process.exitValue(), output);
            return output;
        }
    }

    public String run(Class<?> main, String... args) throws IOException, InterruptedException {
        return start(main, args).output();
    }

    public Running start(Class<?> main, String... args) throws IOException {
        Path own = Files.createTempDirectory(folder, "jvm-");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Djava.io.tmpdir=" + own,
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(flags);
        command.add(main.getName());
        command.addAll(List.of(args));
        Path log = own.resolve("output");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Running(builder.start(), log);
    }
}
