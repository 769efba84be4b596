package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found is what was put, whatever happened to the files in between.
class ProgramCacheTest {
    private static final byte[] PROGRAM = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutForTheSameTextAndDevice() {
        var cache = new ProgramCache(folder.resolve("made/on/demand"), "device 1");
        assertEquals(Optional.empty(), cache.get("text"));
        cache.put("text", PROGRAM);
        assertArrayEquals(PROGRAM, cache.get("text").orElseThrow());
        assertEquals(Optional.empty(), cache.get("text "));
        assertEquals(Optional.empty(), new ProgramCache(folder.resolve("made/on/demand"), "device 2").get("text"));
    }

    @Test
    void aDamagedByteAnywhereMakesTheFileAbsentAndItIsReplaced() throws IOException {
        var cache = new ProgramCache(folder, "device");
        cache.put("text", PROGRAM);
        Path file = cache.file("text");
        byte[] sound = Files.readAllBytes(file);
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertEquals(Optional.empty(), cache.get("text"), "byte " + i + " of " + sound.length);
        }
        for (int n = 0; n < sound.length; n++) {
            Files.write(file, Arrays.copyOf(sound, n));
            assertEquals(Optional.empty(), cache.get("text"), "cut to " + n + " bytes");
        }
        cache.put("text", PROGRAM);
        assertArrayEquals(PROGRAM, cache.get("text").orElseThrow());
    }

    @Test
    void aSoundFileOfAnotherTextUnderThisNameIsForeign() throws IOException {
        var cache = new ProgramCache(folder, "device");
        cache.put("other", PROGRAM);
        Files.move(cache.file("other"), cache.file("text"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(Optional.empty(), cache.get("text"));
    }

    @Test
    void leavesNothingButTheProgramsBehind() throws IOException {
        var cache = new ProgramCache(folder, "device");
        cache.put("a", PROGRAM);
        cache.put("a", PROGRAM);
        cache.put("b", PROGRAM);
        assertNotEquals(cache.file("a"), cache.file("b"));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void aFolderThatCannotBeWrittenCostsOneLogLine() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
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
        var logger = Logger.getLogger("dev.lamina.kernels");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            var cache = new ProgramCache(notAFolder, "device");
            for (int i = 0; i < 3; i++) cache.put("text " + i, PROGRAM);
            assertEquals(Optional.empty(), cache.get("text 1"));
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("LAMINA_CACHE"), lines.getFirst());
    }
}
