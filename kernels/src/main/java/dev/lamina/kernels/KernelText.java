package dev.lamina.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The source of a kernel: definitions, then a resource or generated text under its own name and line numbers,
/// so that build errors point into it. The text is also the key under which the compiled kernel is cached.
///
/// @param entry the kernel's name
/// @param source C in the words of the preludes, without a prelude
public record KernelText(String entry, String source) implements Program {
    private static final Map<String, String> RESOURCES = new ConcurrentHashMap<>();

    /// @param file a resource of this package, such as `reduce.c`
    static KernelText of(String file, String entry, Map<String, ?> defines) {
        return generated(file, entry, defines, resource(file));
    }

    /// A kernel that stores what an epilogue makes of its sums, such as one on the tiles of `tile.c`.
    ///
    /// @param epilogue the function that finishes a sum; see `Epilogue`
    /// @param files resources of this package, in this order
    static KernelText finished(String epilogue, String entry, Map<String, ?> defines, String... files) {
        var body = new StringBuilder(epilogue);
        for (String file : files)
            body.append("#line 1 \"").append(file).append("\"\n").append(resource(file));
        return generated("epilogue", entry, defines, body.toString());
    }

    /// Text that was written for one op.
    static KernelText generated(String name, String entry, Map<String, ?> defines, String body) {
        var s = new StringBuilder();
        defines.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(d -> s.append("#define ")
                        .append(d.getKey())
                        .append(' ')
                        .append(d.getValue())
                        .append('\n'));
        return new KernelText(
                entry,
                s.append("#line 1 \"").append(name).append("\"\n").append(body).toString());
    }

    /// A resource of this package, read once.
    static String resource(String name) {
        return RESOURCES.computeIfAbsent(name, KernelText::read);
    }

    private static String read(String name) {
        try (InputStream in = KernelText.class.getResourceAsStream(name)) {
            if (in == null) throw new KernelException("kernel resource " + name + " is missing from the jar");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
