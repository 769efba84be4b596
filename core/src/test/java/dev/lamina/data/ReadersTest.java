package dev.lamina.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DataException;
import dev.lamina.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
    @TempDir
    Path dir;

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes);
    }

    private static byte[] idx(int type, int[] dims, byte... data) {
        var out = ByteBuffer.allocate(4 + 4 * dims.length + data.length);
        out.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
        for (int d : dims) out.putInt(d);
        return out.put(data).array();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private static void fails(String expected, Runnable r) {
        var e = assertThrows(DataException.class, r::run);
        assertTrue(e.getMessage().contains(expected), e::getMessage);
    }

    @Test
    void idxPlainAndGzipped() throws IOException {
        byte[] bytes = idx(8, new int[] {2, 1, 2}, (byte) 1, (byte) 2, (byte) 200, (byte) 4);
        for (Path p : List.of(file("plain", bytes), file("zipped.gz", gzip(bytes)))) {
            Values v = Idx.read(p);
            assertEquals(Shape.of(2, 1, 2), v.shape());
            assertEquals(DType.U8, v.dtype());
            assertArrayEquals(new int[] {1, 2, 200, 4}, v.ints());
        }
    }

    @Test
    void idxOfOtherTypes() throws IOException {
        assertArrayEquals(
                new int[] {-1},
                Idx.read(file("i8", idx(9, new int[] {1}, (byte) -1))).ints());
        assertArrayEquals(
                new int[] {258},
                Idx.read(file("i16", idx(0xB, new int[] {1}, (byte) 1, (byte) 2)))
                        .ints());
        byte[] f = ByteBuffer.allocate(4).putFloat(1.5f).array();
        assertArrayEquals(
                new float[] {1.5f},
                Idx.read(file("f32", idx(0xD, new int[] {1}, f))).floats());
    }

    @Test
    void idxThatIsWrong() throws IOException {
        byte[] whole = idx(8, new int[] {3, 2}, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6);
        Path cut = file("cut", Arrays.copyOf(whole, whole.length - 2));
        fails("cut is truncated: expected 6 bytes for elements of sizes [3, 2], found 4", () -> Idx.read(cut));
        Path head = file("head", Arrays.copyOf(whole, 7));
        fails("expected 8 bytes for its 2 sizes, found 3", () -> Idx.read(head));
        Path longer = file("long", Arrays.copyOf(whole, whole.length + 1));
        fails("long is too long: expected 6 bytes for sizes [3, 2]", () -> Idx.read(longer));
        Path foreign = file("foreign", "PK\u0003\u0004....".getBytes());
        fails("foreign is not an IDX file: its magic number is 504b0304", () -> Idx.read(foreign));
        byte[] zipped = gzip(whole);
        Path half = file("half.gz", Arrays.copyOf(zipped, zipped.length - 9));
        fails("half.gz: the gzip data is truncated", () -> Idx.read(half));
        fails("cannot read", () -> Idx.read(dir.resolve("absent")));
        Path huge = file("huge", idx(8, new int[] {70_000, 70_000}));
        fails("too large", () -> Idx.read(huge));
    }

    @Test
    void md5() throws IOException {
        Path p = file("abc", "abc".getBytes());
        Checksum.requireMd5(p, "900150983cd24fb0d6963f7d28e17f72");
        fails("expected MD5 00, found 900150983cd24fb0d6963f7d28e17f72", () -> Checksum.requireMd5(p, "00"));
    }

    @Test
    void csvWithQuotesAndMissingValues() throws IOException {
        Table t = new Csv()
                .read(file(
                        "t.csv",
                        "name,size,kind\r\n\"a, \"\"b\"\"\n c\",1.5,x\r\n\r\nplain, ?,y\nlast,-2e1,x".getBytes()));
        assertEquals(List.of("name", "size", "kind"), t.columns());
        assertEquals(3, t.rows());
        assertEquals("a, \"b\"\n c", t.get(0, "name"));
        assertNull(t.get(1, "size"));
        assertArrayEquals(new float[][] {{1.5f}, {-9.25f}, {-20}}, t.numbers(Table.Missing.MEAN, "size"));
        assertArrayEquals(new float[][] {{1.5f}, {-20}}, t.numbers(Table.Missing.DROP, "size"));
        assertEquals(List.of("x", "y"), t.classes("kind"));
        assertArrayEquals(new int[] {0, 1, 0}, t.labels("kind", t.classes("kind")));
        fails("t.csv, line 5, column \"size\": the value is missing", () -> t.numbers(Table.Missing.ERROR, "size"));
        fails("t.csv, line 2, column \"kind\": \"x\" is not a number", () -> t.numbers(Table.Missing.ERROR, "kind"));
        fails("no column \"age\"; there are [name, size, kind]", () -> t.numbers(Table.Missing.ERROR, "age"));
        fails("line 2, column \"kind\": \"x\" is not one of [y]", () -> t.labels("kind", List.of("y")));
        Dataset d = t.classification(Table.Missing.DROP, "kind", "size");
        assertEquals(2, d.size());
        assertEquals(0, d.get(1).target().label());
        assertEquals(
                Shape.of(1),
                t.regression(Table.Missing.MEAN, "size", "size").get(0).target().shape());
    }

    @Test
    void csvWithOtherDelimiters() {
        Table semicolons = new Csv().delimiter(';').header(false).parse("s", "1;2\n3;\n");
        assertEquals(List.of("0", "1"), semicolons.columns());
        assertNull(semicolons.get(1, "1"));
        Table spaces = new Csv().delimiter(' ').header(false).parse("s", "  1   2\t3 \n4 5 6\n\n");
        assertArrayEquals(new float[][] {{1, 2, 3}, {4, 5, 6}}, spaces.numbers(Table.Missing.ERROR, "0", "1", "2"));
    }

    @Test
    void csvThatIsWrong() {
        fails("s, line 3: expected 2 fields, found 3", () -> new Csv().parse("s", "a,b\n1,2\n1,2,3\n"));
        fails("s, line 2: a quote is not closed", () -> new Csv().parse("s", "a,b\n1,\"2\n3\n"));
        fails("expected the end of the field after its quote, found 'x'", () -> new Csv().parse("s", "a\n\"2\"x\n"));
        fails("s has no lines", () -> new Csv().parse("s", "\n"));
        fails("\"1d\" is not a number", () -> new Csv().parse("s", "a\n1d\n").numbers(Table.Missing.ERROR, "a"));
    }
}
