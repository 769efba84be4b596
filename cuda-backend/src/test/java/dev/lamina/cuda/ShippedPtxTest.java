package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.kernels.KernelText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// The shipped kernels are those of the set, and what the compiler makes of them. `-Dlamina.ptx=write` makes them
/// anew, where nvcc is; `-Dlamina.ptx=all` compares all of them instead of a sample.
class ShippedPtxTest {
    private static final Path FOLDER = Path.of("src/main/resources" + ShippedPtx.FOLDER);
    private static final int SAMPLE = 12;

    @Test
    void everyKernelIsThereAndNoOther() throws Exception {
        var texts = new ArrayList<>(bySource());
        if ("write".equals(System.getProperty("lamina.ptx"))) write(texts);
        Set<String> expected = texts.stream().map(ShippedPtx::file).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(texts.size(), expected.size(), "names");
        assertEquals(expected, files(), "made anew by: mvn test -pl cuda-backend -am -Dlamina.ptx=write");
    }

    /// One text of each source.
    private static Collection<KernelText> bySource() {
        var sources = new LinkedHashMap<String, KernelText>();
        for (KernelText t : CudaLimits.texts()) sources.put(t.source(), t);
        return sources.values();
    }

    private static Set<String> files() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void write(List<KernelText> texts) throws Exception {
        Nvcc nvcc = Nvcc.find().orElseThrow(() -> new AssertionError("nvcc is not on the path"));
        assertEquals(Nvcc.RELEASE, nvcc.release());
        Files.createDirectories(FOLDER);
        Set<String> expected = texts.stream().map(ShippedPtx::file).collect(Collectors.toSet());
        for (String old : files()) if (!expected.contains(old)) Files.delete(FOLDER.resolve(old));
        var done = new AtomicInteger();
        texts.parallelStream().forEach(t -> {
            try {
                Path file = FOLDER.resolve(ShippedPtx.file(t));
                if (!Files.exists(file)) Files.write(file, gzip(nvcc.ptx(t)));
                if (done.incrementAndGet() % 50 == 0) System.out.println("ptx: " + done + " of " + texts.size());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(t.entry(), e);
            }
        });
    }

    /// Java writes no time into the header: equal text, equal bytes.
    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void theyAreWhatTheCompilerMakes() throws Exception {
        var nvcc = Nvcc.find();
        assumeTrue(nvcc.isPresent(), "no nvcc on the path: the shipped PTX is not compared with the compiler's");
        assumeTrue(
                nvcc.get().release().equals(Nvcc.RELEASE),
                () -> "the shipped PTX is of nvcc " + Nvcc.RELEASE + ", which is not the one on the path");
        var texts = new ArrayList<>(bySource());
        int step = "all".equals(System.getProperty("lamina.ptx")) ? 1 : Math.ceilDiv(texts.size(), SAMPLE);
        for (int i = 0; i < texts.size(); i += step)
            assertEquals(
                    nvcc.get().ptx(texts.get(i)),
                    ShippedPtx.of(texts.get(i)).orElseThrow(),
                    texts.get(i).entry());
    }
}
