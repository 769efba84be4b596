package dev.lamina.cuda;

import dev.lamina.kernels.ProgramCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The places of the CUDA toolkit's libraries, none of which is needed: where loaders and installers put
/// them, and the class path.
///
/// @param folders searched in this order
/// @param jar searched after them
record Libraries(List<Path> folders, LibraryJar jar) {
    private static final List<String> FOLDERS = List.of(
            "/usr/local/cuda/lib64",
            "/usr/local/cuda-12/lib64",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/wsl/lib",
            "/usr/lib64");

    /// Of this machine.
    static Libraries here() {
        var all = new ArrayList<Path>();
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) for (String f : path.split(":")) if (!f.isBlank()) all.add(Path.of(f));
        String home = System.getenv("CUDA_HOME");
        if (home != null && !home.isBlank()) all.add(Path.of(home, "lib64"));
        for (String f : FOLDERS) all.add(Path.of(f));
        Path unpacked = ProgramCache.defaultFolder().resolve("libraries");
        return new Libraries(all, new LibraryJar(Libraries.class.getClassLoader(), unpacked));
    }

    /// @throws java.io.UncheckedIOException if it is on the class path and cannot be unpacked
    Optional<Path> find(String file) {
        return inFolders(file).or(() -> jar.find(file));
    }

    private Optional<Path> inFolders(String file) {
        return folders.stream()
                .map(f -> f.resolve(file))
                .filter(Files::isReadable)
                .findFirst();
    }

    /// For people: that there is no `file`, such as `libcublas.so.12`, and what there is instead.
    String missing(String file) {
        String stem = file.substring(0, file.lastIndexOf('.') + 1);
        var other = Pattern.compile(Pattern.quote(stem) + "\\d+");
        for (Path folder : folders)
            for (Path p : list(folder)) {
                String name = p.getFileName().toString();
                if (other.matcher(name).matches())
                    return p + " is found, but " + file + " is needed: install that of CUDA 12 beside it";
            }
        return "no " + file;
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// For people: which libraries are there, or what is done without them and why. It looks for files only:
    /// to load hundreds of megabytes is for those who use them.
    ///
    /// @param cublas the value of `LAMINA_CUBLAS`, null if it is not set
    String describe(String cublas) {
        String without = ", so matrix products run on Lamina's own kernels";
        return (Cublas.off(cublas) ? Cublas.OFF + without : described("cuBLAS", Cublas.FILE, without))
                + "; "
                + described("NVRTC", Nvrtc.FILE, ", which only tuned tiles need");
    }

    private String described(String name, String file, String without) {
        return inFolders(file)
                .map(Path::toString)
                .or(() -> jar.where(file))
                .map(at -> name + " " + at)
                .orElseGet(() -> missing(file) + without);
    }
}
