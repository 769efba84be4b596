package dev.lamina.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The toolkit's libraries as `org.bytedeco:cuda` with the classifier `linux-x86_64-redist` brings them: on
/// the class path, from where no loader can take them, so each is unpacked once.
///
/// @param to the folder of unpacked libraries, searched also when the jar is not there any more
record LibraryJar(ClassLoader loader, Path to) {
    private static final String FOLDER = "org/bytedeco/cuda/linux-x86_64/";

    /// @throws UncheckedIOException if there is no room for it
    Optional<Path> find(String file) {
        Path unpacked = to.resolve(file);
        URL packed = loader.getResource(FOLDER + file);
        if (packed == null) return Optional.of(unpacked).filter(Files::isReadable);
        try {
            URLConnection from = packed.openConnection();
            from.setUseCaches(false);
            try (InputStream in = from.getInputStream()) {
                if (!Files.exists(unpacked) || Files.size(unpacked) != from.getContentLengthLong())
                    unpack(in, unpacked);
            }
            return Optional.of(unpacked);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be unpacked from the class path to " + to, e);
        }
    }

    /// For people: where it is, without unpacking it.
    Optional<String> where(String file) {
        Path unpacked = to.resolve(file);
        if (Files.isReadable(unpacked)) return Optional.of(unpacked.toString());
        return Optional.ofNullable(loader.getResource(FOLDER + file)).map(_ -> "on the class path");
    }

    /// By a rename, since another process may do the same or run on what is there.
    private void unpack(InputStream from, Path target) throws IOException {
        Files.createDirectories(to);
        Path unfinished = Files.createTempFile(to, "new-", ".tmp");
        try {
            Files.copy(from, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
