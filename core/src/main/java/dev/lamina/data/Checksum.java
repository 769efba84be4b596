package dev.lamina.data;

import dev.lamina.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Tells whether a file that was downloaded is the one that was meant.
public final class Checksum {
    private Checksum() {}

    /// The MD5 of a file in hexadecimal, in which many data sets publish their checksums.
    public static String md5(Path file) {
        try (var in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("MD5"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new DataException("cannot read " + file + ": " + e, e);
        }
    }

    /// @throws DataException naming both if the MD5 is not `expected`
    public static void requireMd5(Path file, String expected) {
        String found = md5(file);
        if (!found.equalsIgnoreCase(expected))
            throw new DataException(file + ": expected MD5 " + expected + ", found " + found + "; download it again");
    }
}
