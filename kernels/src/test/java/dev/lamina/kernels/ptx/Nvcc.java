package dev.lamina.kernels.ptx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A program of the CUDA toolkit, if it is on the path. Run as a program, this writes `math.ptx` anew:
/// `java ... dev.lamina.kernels.ptx.Nvcc kernels/src/main/resources/dev/lamina/kernels/ptx`.
record Nvcc(Path program) {
    static Optional<Nvcc> find() {
        return on("nvcc").map(Nvcc::new);
    }

    private static Optional<Path> on(String name) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(d -> Path.of(d, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Files.writeString(
                folder.resolve("math.ptx"), find().orElseThrow().math(Files.readString(folder.resolve("math.c"))));
    }

    /// What `math.ptx` is of a given `math.c`.
    String math(String source) throws IOException, InterruptedException {
        return tidy(ptx(source, "-rdc=true"));
    }

    /// Such as `13.0`.
    String release() throws IOException {
        var process = new ProcessBuilder(program.toString(), "--version").start();
        String said = new String(process.getInputStream().readAllBytes());
        var m = Pattern.compile("release (\\S+),").matcher(said);
        return m.find() ? m.group(1) : said;
    }

    /// CUDA C as PTX.
    String ptx(String source, String... options) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("nvcc");
        Path in = Files.writeString(folder.resolve("math.cu"), source);
        Path out = folder.resolve("math.ptx");
        var command = new ArrayList<>(List.of(program.toString(), "-ptx", "-arch=sm_75", "-O3"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", out.toString(), in.toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + log);
        try {
            return Files.readString(out);
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(out);
            Files.delete(folder);
        }
    }

    /// One statement a line, without comments and without the compiler's version.
    private static String tidy(String ptx) {
        return ptx.replaceAll("//.*", "")
                        .replaceAll("[ \t]+", " ")
                        .replaceAll("(?m)^ | $", "")
                        .replaceAll("\n+", "\n")
                        .replaceAll("(?m)^\\.version .*", ".version 7.0")
                        .replaceAll("(?m)^\\.visible ", "")
                        .replaceAll("(call\\.uni [^\n]*),\n(\\w+),\n\\(\n([^)]*?)\n\\);", "$1, $2, ($3);")
                        .replaceAll("(param\\d+),\n(param\\d+)", "$1, $2")
                        .strip()
                + "\n";
    }
}
