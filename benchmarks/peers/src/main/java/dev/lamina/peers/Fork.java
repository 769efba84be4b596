package dev.lamina.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A process of its own with this one's class path and flags, and a fixed number of threads for every engine.
final class Fork {
    private Fork() {}

    /// Runs `main` and hands on its lines of output as they come.
    ///
    /// @throws IllegalStateException with its last lines if it fails
    static void run(Class<?> main, int threads, List<String> args, Consumer<String> line) {
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
        var tail = new ArrayList<String>();
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (var out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String text; (text = out.readLine()) != null; ) {
                    line.accept(text);
                    tail.add(text);
                    if (tail.size() > 20) tail.removeFirst();
                }
            }
            int exit = process.waitFor();
            if (exit != 0)
                throw new IllegalStateException(
                        main.getSimpleName() + " " + args + " ended with " + exit + ":\n" + String.join("\n", tail));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
