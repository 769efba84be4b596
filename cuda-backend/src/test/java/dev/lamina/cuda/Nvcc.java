package dev.lamina.cuda;

import dev.lamina.kernels.KernelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// NVIDIA's compiler, if it is on the path: what makes the shipped kernels.
record Nvcc(Path program) {
    /// The release that the shipped kernels were made with; others may write other instructions.
    static final String RELEASE = "13.0";

    private static final Pattern SAID = Pattern.compile("release (\\S+),");

    static Optional<Nvcc> find() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(d -> Path.of(d, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Nvcc::new);
    }

    String release() throws IOException {
        var process = new ProcessBuilder(program.toString(), "--version").start();
        String said = new String(process.getInputStream().readAllBytes());
        var m = SAID.matcher(said);
        return m.find() ? m.group(1) : said;
    }

    /// The module of a text, for drivers of CUDA 12.0 and later.
    ///
    /// The compiler marks its output with its own version, which older drivers refuse; the instructions are those
    /// of version 7.0.
    String ptx(KernelText text) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("nvcc");
        Path in = Files.writeString(folder.resolve("kernel.cu"), ShippedPtx.source(text));
        Path out = folder.resolve("kernel.ptx");
        try {
            String log = run(List.of(
                    program.toString(),
                    "-ptx",
                    "-arch=" + (text.source().contains(ShippedPtx.TENSOR_CORES) ? "compute_80" : "compute_75"),
                    "-w",
                    "-o",
                    out.toString(),
                    in.toString()));
            if (!Files.exists(out)) throw new IOException(text.entry() + ": " + log);
            return tidy(Files.readString(out));
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(out);
            Files.delete(folder);
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return log;
    }

    private static String tidy(String ptx) {
        return ptx.replaceAll("//.*", "")
                        .replaceAll("(?m)[ \t]+$", "")
                        .replaceAll("\n\n+", "\n")
                        .replaceAll("(?m)^\\.version .*", ".version 7.0")
                        .strip()
                + "\n";
    }
}
