package dev.lamina.cuda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The optional libraries of the CUDA toolkit, version 12, in the places where loaders and installers put them.
final class Libraries {
    private static final String NVRTC = "libnvrtc.so.12";
    private static final List<String> FOLDERS = List.of(
            "/usr/local/cuda/lib64",
            "/usr/local/cuda-12/lib64",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/wsl/lib",
            "/usr/lib64");

    private Libraries() {}

    /// Where NVRTC is, which compiles kernels that were not shipped.
    static Optional<Path> nvrtc() {
        return find(NVRTC);
    }

    /// For people: what was found, and where.
    static String describe() {
        return nvrtc().map(p -> "NVRTC " + p).orElse("no " + NVRTC + ", which only tuned tiles need");
    }

    static Optional<Path> find(String file) {
        return folders().stream()
                .map(f -> f.resolve(file))
                .filter(Files::isReadable)
                .findFirst();
    }

    private static List<Path> folders() {
        var all = new ArrayList<Path>();
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) for (String f : path.split(":")) if (!f.isBlank()) all.add(Path.of(f));
        String home = System.getenv("CUDA_HOME");
        if (home != null && !home.isBlank()) all.add(Path.of(home, "lib64"));
        for (String f : FOLDERS) all.add(Path.of(f));
        return all;
    }
}
