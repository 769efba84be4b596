package dev.lamina.cuda;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A library of the CUDA toolkit that was looked for and loaded.
///
/// @param at where it is or was to be unpacked, null if it was not found
/// @param problem null, or why it cannot be used
record Library(Path at, String problem) {
    boolean usable() {
        return problem == null;
    }

    /// Loads `file`, after those of `before` that are found beside it or elsewhere, then JCuda's binding,
    /// which takes it by its name. Whatever goes wrong is the problem of what is returned.
    ///
    /// @param binding loads the binding
    @SuppressWarnings("restricted") // loading a library is what it is for
    static Library load(Libraries in, String file, List<String> before, Runnable binding) {
        Path at = null;
        try {
            at = in.find(file).orElse(null);
            if (at == null) return new Library(null, in.missing(file));
            for (String b : before) beside(at, b).or(() -> in.find(b)).ifPresent(p -> System.load(absolute(p)));
            System.load(absolute(at));
            binding.run();
            return new Library(at, null);
        } catch (UncheckedIOException e) {
            return new Library(in.jar().to().resolve(file), e.getMessage() + ": " + e.getCause());
        } catch (LinkageError e) {
            return new Library(at, at + " cannot be loaded: " + firstLine(e));
        }
    }

    private static Optional<Path> beside(Path at, String file) {
        return Optional.of(at.resolveSibling(file)).filter(Files::isReadable);
    }

    private static String absolute(Path p) {
        return p.toAbsolutePath().toString();
    }

    /// JCuda's message goes on with the stack.
    private static String firstLine(LinkageError e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
