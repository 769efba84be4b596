package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.text.BytePairTokenizer;
import dev.lamina.text.CharTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The texts of the examples, embedded and made up.
class TextDataTest {
    @TempDir
    private Path folder;

    @Test
    void shakespeareIsComplete() throws Exception {
        String text = TextFile.shakespeare();
        assertEquals(TextFile.CHARACTERS, text.length());
        var md5 = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        assertEquals("6fb458f1232090904fb40fe944165e91", HexFormat.of().formatHex(md5));
        assertEquals(65, CharTokenizer.train(text).size());
        String head = text.substring(0, 100_000);
        var pairs = BytePairTokenizer.train(head, 512);
        assertEquals(512, pairs.size());
        int[] tokens = pairs.encode(head);
        assertEquals(head, pairs.decode(tokens));
        assertTrue(tokens.length < head.length() / 2, tokens.length + " tokens");
    }

    @Test
    void textsOfOnesOwnAreRead() throws IOException {
        Path plain = Files.writeString(folder.resolve("a.txt"), "caf\u00e9");
        assertEquals("caf\u00e9", TextFile.read(plain));
        var zipped = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(Files.readAllBytes(plain));
        }
        assertEquals("caf\u00e9", TextFile.read(Files.write(folder.resolve("a.gz"), zipped.toByteArray())));
        Path latin = Files.write(folder.resolve("latin.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                "shakespeare: " + latin + " is not text in UTF-8",
                assertThrows(DataException.class, () -> TextFile.read(latin)).getMessage());
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");
        assertEquals(
                "shakespeare: " + empty + " is empty",
                assertThrows(DataException.class, () -> TextFile.read(empty)).getMessage());
        assertThrows(DataException.class, () -> TextFile.read(folder.resolve("none.txt")));
    }

    @Test
    void datesAreTheSameForASeedAndHeldOutDaysAreNotTrainedOn() {
        var dates = Dates.of(1, 5_000, 500);
        assertEquals(dates, Dates.of(1, 5_000, 500));
        assertNotEquals(dates, Dates.of(2, 5_000, 500));
        var days = new HashSet<String>();
        for (var p : dates.train()) assertTrue(days.add(p.normal()));
        for (var p : dates.test()) assertTrue(days.add(p.normal()), p.normal());
        for (var p : dates.train()) {
            assertTrue(p.normal().matches("(19|20)\\d\\d-\\d\\d-\\d\\d"), p.normal());
            assertTrue(p.written().contains(p.normal().substring(0, 4)), p.written());
            int day = Integer.parseInt(p.normal().substring(8));
            assertTrue(p.written().contains("" + day), p.written() + " is " + p.normal());
        }
        assertEquals(
                "dates: there are 73049 days, from which 1 or more to train on and to test with can be drawn, not 73049"
                        + " and 1",
                assertThrows(DataException.class, () -> Dates.of(1, 73_049, 1)).getMessage());
    }
}
