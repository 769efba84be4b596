package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.testing.Fork;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the toolkit's libraries are looked for, and what is said when one cannot be used.
class LibrariesTest {
    static final LibraryJar NO_JAR = new LibraryJar(new URLClassLoader(new URL[0], null), Path.of("/no/such/folder"));

    private static final String CUBLAS = "libcublas.so.12";
    private static final String NVRTC = "libnvrtc.so.12";

    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        Path p = folder.resolve(name);
        Files.createDirectories(p.getParent());
        return Files.writeString(p, "no library");
    }

    private Libraries in(String... folders) {
        return new Libraries(List.of(folders).stream().map(folder::resolve).toList(), NO_JAR);
    }

    @Test
    void theFirstFolderCounts() throws IOException {
        Path second = file("b/" + CUBLAS);
        Path third = file("c/" + CUBLAS);
        assertEquals(Optional.of(second), in("a", "b", "c").find(CUBLAS));
        assertEquals(Optional.of(third), in("c", "b").find(CUBLAS));
        assertEquals(Optional.empty(), in("b", "c").find(NVRTC));
    }

    @Test
    void whatIsMissing() throws IOException {
        assertEquals("no " + CUBLAS, in("a").missing(CUBLAS));
        file("a/libcublas.so.12.6.4.1");
        file("a/libcublasLt.so.13");
        file("a/libcublas.so");
        assertEquals("no " + CUBLAS, in("a").missing(CUBLAS));
        Path thirteen = file("b/libcublas.so.13");
        assertEquals(
                thirteen + " is found, but libcublas.so.12 is needed: install that of CUDA 12 beside it",
                in("a", "b").missing(CUBLAS));
        Path eleven = file("b/libnvrtc.so.11");
        assertEquals(
                eleven + " is found, but libnvrtc.so.12 is needed: install that of CUDA 12 beside it",
                in("a", "b").missing(NVRTC));
    }

    @Test
    void neitherIsFound() {
        assertEquals(
                "no libcublas.so.12, so matrix products run on Lamina's own kernels; no libnvrtc.so.12, which only"
                        + " tuned tiles need",
                in("a").describe(null));
        assertEquals("no " + CUBLAS, Cublas.load(in("a"), null).problem());
        assertEquals("no " + NVRTC, Nvrtc.load(in("a")).problem());
    }

    /// That these files are no libraries would be found out by loading them.
    @Test
    void bothAreFound() throws IOException {
        Path a = file("a/" + CUBLAS);
        Path b = file("b/" + NVRTC);
        assertEquals("cuBLAS " + a + "; NVRTC " + b, in("a", "b").describe(null));
    }

    @Test
    void theLibrariesOfAnotherRelease() throws IOException {
        Path a = file("a/libcublas.so.13");
        Path b = file("a/libnvrtc.so.13");
        assertEquals(
                a + " is found, but libcublas.so.12 is needed: install that of CUDA 12 beside it, so matrix products"
                        + " run on Lamina's own kernels; " + b
                        + " is found, but libnvrtc.so.12 is needed: install that of CUDA 12 beside it, which only tuned"
                        + " tiles need",
                in("a").describe(null));
    }

    @Test
    void cublasMayBeOff() throws IOException {
        Path a = file("a/" + CUBLAS);
        assertEquals(
                "cuBLAS is off by LAMINA_CUBLAS, so matrix products run on Lamina's own kernels; no libnvrtc.so.12,"
                        + " which only tuned tiles need",
                in("a").describe("off"));
        for (String off : List.of("off", "OFF"))
            assertEquals(new Library(null, "cuBLAS is off by LAMINA_CUBLAS"), Cublas.load(in("a"), off));
        for (String on : List.of("", "on")) assertTrue(in("a").describe(on).startsWith("cuBLAS " + a + ";"), on);
    }

    /// Found where the loader looks, not loaded by a look, loaded by its first use; or left alone.
    @Test
    void theEnvironmentCounts() throws Exception {
        Cudasim.load();
        var flags = List.of("-Dlamina.cuda.library=" + Cudasim.library());
        String path = CublasSim.folder().toString();
        String at = CublasSim.folder().resolve(CUBLAS).toString();
        assertLinesMatch(
                List.of(
                        ">> of the JVM >>",
                        "cuBLAS " + at + "; .*",
                        "false",
                        "Library[at=" + at + ", problem=null]",
                        "true"),
                new Fork(folder, Map.of("LD_LIBRARY_PATH", path), flags)
                        .run(PrintLibraries.class)
                        .lines()
                        .toList());
        assertLinesMatch(
                List.of(
                        ">> of the JVM >>",
                        "cuBLAS is off by LAMINA_CUBLAS, so .*",
                        "false",
                        "Library[at=null, problem=cuBLAS is off by LAMINA_CUBLAS]",
                        "false"),
                new Fork(folder, Map.of("LD_LIBRARY_PATH", path, "LAMINA_CUBLAS", "off"), flags)
                        .run(PrintLibraries.class)
                        .lines()
                        .toList());
    }

    /// A file that is no library, as one that was copied in part: a reason and no error.
    @Test
    void aLibraryThatDoesNotLoad() throws IOException {
        Path broken = file("a/" + CUBLAS);
        var loaded = new Library[1];
        List<String> log = logged(() -> loaded[0] = Cublas.load(in("a"), null));
        Library l = loaded[0];
        assertFalse(l.usable());
        assertEquals(broken, l.at());
        assertTrue(l.problem().startsWith(broken + " cannot be loaded: "), l.problem());
        assertEquals(List.of("matrix products run on Lamina's own kernels, since " + l.problem()), log);
        assertEquals(List.of(), logged(() -> Cublas.load(in("b"), null)));
        Path nvrtc = file("a/" + NVRTC);
        assertTrue(Nvrtc.load(in("a")).problem().startsWith(nvrtc + " cannot be loaded: "));
    }

    private static List<String> logged(Runnable body) {
        var lines = new ArrayList<String>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord r) {
                lines.add(r.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var logger = Logger.getLogger("dev.lamina.cuda");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            body.run();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        return lines;
    }

    @Test
    void aBindingThatDoesNotLoad() throws IOException {
        Library l = Library.load(
                new Libraries(List.of(Cudasim.library().getParent()), NO_JAR), simulatedDriver(), List.of(), () -> {
                    throw new UnsatisfiedLinkError("no binding\nand its stack");
                });
        assertTrue(l.problem().endsWith("libcuda.so.1 cannot be loaded: no binding"), l.problem());
    }

    private static String simulatedDriver() {
        Cudasim.load();
        return Cudasim.library().getFileName().toString();
    }

    /// As the jar of org.bytedeco holds them.
    private Path jar(String content) throws IOException {
        Path jar = folder.resolve("redist.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("org/bytedeco/cuda/linux-x86_64/" + CUBLAS));
            entries.write(content.getBytes());
            entries.closeEntry();
        }
        return jar;
    }

    private Optional<Path> unpacked(URL... classPath) throws IOException {
        try (var loader = new URLClassLoader(classPath, null)) {
            return new Libraries(List.of(), new LibraryJar(loader, folder.resolve("cache"))).find(CUBLAS);
        }
    }

    private String described(URL... classPath) throws IOException {
        try (var loader = new URLClassLoader(classPath, null)) {
            return new Libraries(List.of(), new LibraryJar(loader, folder.resolve("cache"))).describe(null);
        }
    }

    @Test
    void aJarIsUnpackedOnce() throws IOException {
        assertEquals(Optional.empty(), unpacked());
        assertTrue(described().startsWith("no libcublas.so.12, so"), described());
        URL jar = jar("first").toUri().toURL();
        assertTrue(described(jar).startsWith("cuBLAS on the class path;"), described(jar));
        assertFalse(Files.exists(folder.resolve("cache")), "a look unpacks nothing");
        Path there = unpacked(jar).orElseThrow();
        assertEquals(folder.resolve("cache/" + CUBLAS), there);
        assertEquals("first", Files.readString(there));
        var time = Files.getLastModifiedTime(there);
        assertEquals(Optional.of(there), unpacked(jar));
        assertEquals(time, Files.getLastModifiedTime(there));
        assertEquals(Optional.of(there), unpacked(), "without the jar");
        assertTrue(described().startsWith("cuBLAS " + there + ";"), described());
        URL other = jar("another one").toUri().toURL();
        assertEquals("another one", Files.readString(unpacked(other).orElseThrow()));
        try (var files = Files.list(folder.resolve("cache"))) {
            assertArrayEquals(new Object[] {there}, files.toArray());
        }
    }

    @Test
    void aJarWithoutRoomToUnpackSaysSo() throws IOException {
        URL jar = jar("first").toUri().toURL();
        Path file = file("occupied");
        try (var loader = new URLClassLoader(new URL[] {jar}, null)) {
            var loaded = new Library[1];
            var libraries = new Libraries(List.of(), new LibraryJar(loader, file));
            List<String> log = logged(() -> loaded[0] = Cublas.load(libraries, null));
            Library l = loaded[0];
            assertEquals(List.of("matrix products run on Lamina's own kernels, since " + l.problem()), log);
            assertTrue(
                    l.problem().startsWith(CUBLAS + " cannot be unpacked from the class path to " + file + ": "),
                    l.problem());
        }
    }
}
