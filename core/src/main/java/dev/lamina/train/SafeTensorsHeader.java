package dev.lamina.train;

import dev.lamina.DType;
import dev.lamina.DataException;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.data.Values;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The header of a safetensors file, with every claim that it makes checked against the file.
record SafeTensorsHeader(SequencedMap<String, Entry> entries, SequencedMap<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    private static final long LONGEST = 100_000_000;

    /// @param from first byte, after the header
    /// @param to byte after the last
    record Entry(Spec spec, long from, long to) {}

    static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN)
            throw new DataException("safetensors files need a little-endian machine");
    }

    /// The length and the header, padded with spaces to 8 bytes.
    static byte[] encode(SequencedMap<String, Values> tensors, Map<String, String> metadata) {
        var json =
                new StringBuilder("{").append(Json.quote(METADATA)).append(':').append(Json.write(metadata));
        long at = 0;
        for (var e : tensors.entrySet()) {
            Spec s = e.getValue().spec();
            json.append(',').append(Json.quote(e.getKey()));
            json.append(":{\"dtype\":\"").append(s.dtype().name());
            json.append("\",\"shape\":")
                    .append(List.of(boxed(s.shape())).toString().replace(" ", ""));
            json.append(",\"data_offsets\":[")
                    .append(at)
                    .append(',')
                    .append(at += s.bytes())
                    .append("]}");
        }
        byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + 7) / 8 * 8;
        var out = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(text);
        while (out.hasRemaining()) out.put((byte) ' ');
        return out.array();
    }

    private static Integer[] boxed(Shape s) {
        return java.util.Arrays.stream(s.dims()).boxed().toArray(Integer[]::new);
    }

    /// Reads from the start of the file; the channel then stands at the first element.
    static SafeTensorsHeader read(Path file, FileChannel in) throws IOException {
        long size = in.size();
        long length = size < 8 ? -1 : fill(in, 8).getLong();
        if (length < 2 || length > LONGEST)
            throw new DataException(file + " is not a safetensors file: it has " + size + " bytes and "
                    + (size < 8 ? "no header" : "claims a header of " + Long.toUnsignedString(length)));
        if (8 + length > size) throw truncated(file, 8 + length, size);
        SafeTensorsHeader header;
        try {
            header = of(Json.parse(
                    StandardCharsets.UTF_8.decode(fill(in, (int) length)).toString()));
        } catch (DataException e) {
            throw new DataException(file + " is not a safetensors file, or damaged: " + e.getMessage(), e);
        }
        long end = header.entries.isEmpty()
                ? 0
                : header.entries.lastEntry().getValue().to();
        if (8 + length + end > size) throw truncated(file, 8 + length + end, size);
        if (8 + length + end < size)
            throw new DataException(file + " is too long: expected " + (8 + length + end) + " bytes, found " + size);
        return header;
    }

    private static DataException truncated(Path file, long expected, long found) {
        return new DataException(file + " is truncated: expected " + expected + " bytes, found " + found);
    }

    private static ByteBuffer fill(FileChannel in, int n) throws IOException {
        var b = ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
        readAll(in, b);
        return b.flip();
    }

    static void readAll(FileChannel in, ByteBuffer b) throws IOException {
        while (b.hasRemaining()) if (in.read(b) < 0) throw new IOException("the file ended while it was read");
    }

    private static SafeTensorsHeader of(Object json) {
        if (!(json instanceof Map<?, ?> map)) throw new DataException("the header is not an object");
        var metadata = new LinkedHashMap<String, String>();
        var found = new LinkedHashMap<String, Entry>();
        map.forEach((key, value) -> {
            if (!(value instanceof Map<?, ?> fields)) throw new DataException(key + " is not an object");
            if (key.equals(METADATA)) fields.forEach((k, v) -> metadata.put((String) k, text("metadata " + k, v)));
            else found.put((String) key, entry((String) key, fields));
        });
        var entries = new LinkedHashMap<String, Entry>();
        found.entrySet().stream()
                .sorted(java.util.Comparator.comparingLong(
                                (Map.Entry<String, Entry> e) -> e.getValue().from())
                        .thenComparingLong(e -> e.getValue().to()))
                .forEach(e -> entries.put(e.getKey(), e.getValue()));
        long at = 0;
        for (var e : entries.entrySet()) {
            if (e.getValue().from() != at)
                throw new DataException(
                        e.getKey() + " begins at byte " + e.getValue().from() + ", expected " + at);
            at = e.getValue().to();
        }
        return new SafeTensorsHeader(entries, metadata);
    }

    private static Entry entry(String name, Map<?, ?> fields) {
        String type = text(name + " dtype", fields.get("dtype"));
        DType dtype = switch (type) {
            case "F32" -> DType.F32;
            case "F64" -> DType.F64;
            case "I32" -> DType.I32;
            case "U8" -> DType.U8;
            default -> throw new DataException(name + " has type " + type + "; only F32, F64, I32 and U8 can be read");
        };
        long[] shape = numbers(name + " shape", fields.get("shape"));
        var dims = new int[shape.length];
        long bytes = dtype.bytes();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = (int) shape[i];
            if (shape[i] < 0 || dims[i] != shape[i] || bytes > Long.MAX_VALUE / Math.max(1, shape[i]))
                throw new DataException(name + " has a size of " + shape[i]);
            bytes *= shape[i];
        }
        long[] range = numbers(name + " data_offsets", fields.get("data_offsets"));
        if (range.length != 2 || range[0] < 0 || range[1] - range[0] != bytes)
            throw new DataException(name + " " + Shape.of(dims) + " needs " + bytes + " bytes, its offsets are "
                    + java.util.Arrays.toString(range));
        if (bytes / dtype.bytes() > Integer.MAX_VALUE - 8)
            throw new DataException(name + " " + Shape.of(dims) + " is too large");
        return new Entry(new Spec(Shape.of(dims), dtype), range[0], range[1]);
    }

    private static String text(String what, Object v) {
        if (v instanceof String s) return s;
        throw new DataException(what + " is not a string: " + v);
    }

    private static long[] numbers(String what, Object v) {
        if (v instanceof List<?> list && list.stream().allMatch(Long.class::isInstance))
            return list.stream().mapToLong(x -> (Long) x).toArray();
        throw new DataException(what + " is not an array of numbers: " + v);
    }
}
