package dev.lamina.kernels;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Compiled programs on disk, one file each, named by the SHA-256 of what they were made from.
///
/// A file is `LAMINA01`, the SHA-256 of the rest, the length of the key, the key, the program. A file that is
/// damaged or was made from something else counts as absent and is replaced. Files appear by an atomic rename,
/// so several processes may share a folder. Where nothing can be written, programs are compiled anew in each
/// process.
public final class ProgramCache {
    private static final System.Logger LOG = System.getLogger("dev.lamina.kernels");
    private static final byte[] MAGIC = "LAMINA01".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;

    private final Path folder;
    private final String device;
    private final AtomicBoolean complained = new AtomicBoolean();

    /// @param device device name and driver version: what a program depends on beside its text
    public ProgramCache(Path folder, String device) {
        this.folder = folder;
        this.device = device;
    }

    /// Keeps nothing, for programs that are used once.
    public static ProgramCache none() {
        return new ProgramCache(null, "");
    }

    /// Whether what is put is kept. Reading a program back from a driver to put it can take as long as building it.
    public boolean keeps() {
        return folder != null;
    }

    /// `$LAMINA_CACHE`, otherwise `~/.cache/lamina`.
    public static Path defaultFolder() {
        String set = System.getenv("LAMINA_CACHE");
        return set != null && !set.isBlank()
                ? Path.of(set)
                : Path.of(System.getProperty("user.home"), ".cache", "lamina");
    }

    /// The program that was made from `text`, if a sound file holds it.
    public Optional<byte[]> get(String text) {
        if (!keeps()) return Optional.empty();
        byte[] key = key(text);
        try {
            return program(ByteBuffer.wrap(Files.readAllBytes(file(key))), key);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Keeps `program`; a folder that cannot be written costs one log line.
    public void put(String text, byte[] program) {
        if (!keeps()) return;
        byte[] key = key(text);
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, "new-", ".tmp");
            try {
                Files.write(unfinished, bytes(key, program));
                Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            if (complained.compareAndSet(false, true))
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "compiled kernels cannot be kept in " + folder + " (" + e
                                + "), so each process compiles anew; set LAMINA_CACHE to a folder that can be written");
        }
    }

    /// Where the program of `text` is or would be.
    public Path file(String text) {
        return file(key(text));
    }

    private Path file(byte[] key) {
        return folder.resolve(HexFormat.of().formatHex(sha256(key)) + ".bin");
    }

    private byte[] key(String text) {
        return (device + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(byte[] key, byte[] program) {
        byte[] rest = ByteBuffer.allocate(Integer.BYTES + key.length + program.length)
                .putInt(key.length)
                .put(key)
                .put(program)
                .array();
        return ByteBuffer.allocate(MAGIC.length + DIGEST + rest.length)
                .put(MAGIC)
                .put(sha256(rest))
                .put(rest)
                .array();
    }

    private static Optional<byte[]> program(ByteBuffer file, byte[] key) {
        try {
            if (!Arrays.equals(take(file, MAGIC.length), MAGIC)) return Optional.empty();
            byte[] digest = take(file, DIGEST);
            if (!Arrays.equals(digest, sha256(take(file.slice(), file.remaining())))) return Optional.empty();
            if (file.getInt() != key.length || !Arrays.equals(take(file, key.length), key)) return Optional.empty();
            return Optional.of(take(file, file.remaining()));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static byte[] take(ByteBuffer from, int n) {
        var bytes = new byte[n];
        from.get(bytes);
        return bytes;
    }

    private static byte[] sha256(byte[] of) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(of);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
