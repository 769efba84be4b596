package dev.lamina.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A process of its own with this one's class path and flags, and a fixed number of threads for every engine. It may be
/// asked things by lines of its input.
final class Fork implements AutoCloseable {
    private static final int TAIL = 20;

    private final String title;
    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;
    private final ArrayDeque<String> tail = new ArrayDeque<>();

    private Fork(String title, Process process) {
        this.title = title;
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /// Starts `main`.
    static Fork start(Class<?> main, int threads, List<String> args) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-Dlamina.threads=" + threads);
        command.add("-Dai.djl.pytorch.num_threads=" + threads);
        command.add("-Dai.djl.pytorch.num_interop_threads=1");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(args);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        // These choose other kernels or blocks than OpenBLAS would by itself.
        environment.keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        environment.put("MKL_NUM_THREADS", Integer.toString(threads));
        try {
            return new Fork(main.getSimpleName() + " " + args, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs `main` to its end and hands on its lines of output as they come.
    ///
    /// @throws IllegalStateException with its last lines if it fails
    static void run(Class<?> main, int threads, List<String> args, Consumer<String> line) {
        try (var fork = start(main, threads, args)) {
            fork.input.close();
            for (String text; (text = fork.line()) != null; ) line.accept(text);
        }
    }

    private String line() {
        try {
            String text = output.readLine();
            if (text != null) tail.add(text);
            if (tail.size() > TAIL) tail.remove();
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for a line that begins so; gives the rest of it.
    ///
    /// @throws IllegalStateException with its last lines if it ends before
    String await(String start) {
        for (String text; (text = line()) != null; ) if (text.startsWith(start)) return text.substring(start.length());
        throw failure("ended without " + start.strip());
    }

    /// Sends a line and waits for the answer.
    String ask(String question, String start) {
        input.println(question);
        return await(start);
    }

    /// Ends its input and waits for a line.
    String end(String start) {
        input.close();
        return await(start);
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(title + " " + what + ":\n" + String.join("\n", tail));
    }

    /// Waits for its end.
    ///
    /// @throws IllegalStateException with its last lines if it fails
    @Override
    public void close() {
        input.close();
        while (line() != null) {}
        try {
            int exit = process.waitFor();
            if (exit != 0) throw failure("ended with " + exit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
