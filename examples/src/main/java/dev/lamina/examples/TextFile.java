package dev.lamina.examples;

import dev.lamina.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// Texts for language models: "Tiny Shakespeare" (Karpathy 2015), which is embedded, or a file of one's own.
final class TextFile {
    static final int CHARACTERS = 1_115_394;

    private TextFile() {}

    /// The embedded text.
    static String shakespeare() {
        try (InputStream in = TextFile.class.getResourceAsStream("shakespeare/input.txt.gz")) {
            return decoded("the embedded text", new GZIPInputStream(in).readAllBytes());
        } catch (IOException e) {
            throw new DataException("shakespeare: cannot read the embedded text: " + e, e);
        }
    }

    /// A file of text in UTF-8, gzipped if its name ends in `.gz`.
    ///
    /// @throws DataException if it cannot be read, is empty, or is not text in UTF-8
    static String read(Path file) {
        try (InputStream in = open(file)) {
            return decoded(file.toString(), in.readAllBytes());
        } catch (IOException e) {
            throw new DataException("shakespeare: cannot read " + file + ": " + e, e);
        }
    }

    /// A file as it is, or unpacked if its name ends in `.gz`.
    static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    private static String decoded(String name, byte[] bytes) {
        if (bytes.length == 0) throw new DataException("shakespeare: " + name + " is empty");
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DataException("shakespeare: " + name + " is not text in UTF-8", e);
        }
    }
}
