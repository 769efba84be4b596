package dev.lamina.cuda;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// The kernels of `dev.lamina.kernels.KernelSet` as PTX, made ahead of time by NVIDIA's compiler, one compressed
/// resource each: a machine needs no compiler, only the driver, which brings an assembler of its own.
final class ShippedPtx {
    static final String FOLDER = "/dev/lamina/cuda/ptx/";
    /// What the texts contain that need tensor cores, and so compute capability 8.0.
    static final String TENSOR_CORES = "#line 1 \"mma.h\"";

    private static final int DIGITS = 16;
    private static final Pattern RESOURCE = Pattern.compile("(?m)^#line 1 \"(\\w+)");

    private ShippedPtx() {}

    /// What is compiled: the prelude for CUDA C and the text.
    static String source(KernelText text) {
        return GpuDriver.preludeText("prelude.cuda.h") + text.source();
    }

    /// The file of a text, which may hold several kernels: `pool-<digits of the SHA-256 of its source>.ptx.gz` for
    /// kernels of `pool.c`.
    static String file(KernelText text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(source(text).getBytes(StandardCharsets.UTF_8));
            return stem(text) + "-" + HexFormat.of().formatHex(digest).substring(0, DIGITS) + ".ptx.gz";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }

    private static String stem(KernelText text) {
        String stem = "";
        for (var m = RESOURCE.matcher(text.source()); m.find(); ) stem = m.group(1);
        return stem;
    }

    /// The module of a text, if it was shipped.
    static Optional<String> of(KernelText text) {
        try (InputStream in = ShippedPtx.class.getResourceAsStream(FOLDER + file(text))) {
            if (in == null) return Optional.empty();
            return Optional.of(new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
