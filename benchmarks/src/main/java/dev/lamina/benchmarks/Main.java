package dev.lamina.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// JMH's command line, whose forks get the flags of `jvm.args`: without them the CPU backend would be measured
/// on its scalar path.
final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        var prepended = Stream.concat(Stream.of("-jvmArgsPrepend", jvmFlags()), Stream.of(args));
        org.openjdk.jmh.Main.main(prepended.toArray(String[]::new));
    }

    private static String jvmFlags() throws IOException {
        try (var in = Main.class.getResourceAsStream("/jvm.args")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining(" "));
        }
    }
}
