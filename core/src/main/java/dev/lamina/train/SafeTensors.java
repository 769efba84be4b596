package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.data.Values;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.zip.CRC32C;

/// Named tensors in a file of the safetensors format: the length of the header (8 bytes, little-endian), a
/// header in JSON with types, shapes and offsets, and the elements, little-endian, without gaps. Files that are
/// written here also carry a CRC-32C of all the rest in their metadata, which is checked when they are read;
/// files of other programs are read without it. (https://huggingface.co/docs/safetensors)
public record SafeTensors(SequencedMap<String, Values> tensors, SequencedMap<String, String> metadata) {
    static final String CHECKSUM = "lamina_crc32c";
    private static final String UNKNOWN = "00000000";
    private static final int CHUNK = 1 << 20;

    /// Writes a new file and puts it in the place of an older one in one stroke: there is always a whole one.
    public void write(Path file) {
        SafeTensorsHeader.requireLittleEndian();
        var meta = new LinkedHashMap<>(metadata);
        meta.put(CHECKSUM, UNKNOWN);
        var crc = new CRC32C();
        crc.update(SafeTensorsHeader.encode(tensors, meta));
        for (Values v : tensors.values()) forChunks(v, crc::update);
        meta.put(CHECKSUM, String.format("%08x", crc.getValue()));
        replace(file, SafeTensorsHeader.encode(tensors, meta));
    }

    private void replace(Path file, byte[] header) {
        Path target = file.toAbsolutePath();
        try {
            Path fresh = Files.createTempFile(
                    target.getParent(), target.getFileName().toString(), ".part");
            try {
                try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    writeAll(out, ByteBuffer.wrap(header));
                    for (Values v : tensors.values()) forChunks(v, b -> writeAll(out, b));
                    out.force(true);
                }
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new DataException("cannot write " + file + ": " + e, e);
        }
    }

    private interface ChunkUse<E extends Exception> {
        void accept(ByteBuffer chunk) throws E;
    }

    private static <E extends Exception> void forChunks(Values v, ChunkUse<E> use) throws E {
        MemorySegment all = segment(v.array());
        var chunk = new byte[(int) Math.min(CHUNK, all.byteSize())];
        for (long from = 0; from < all.byteSize(); from += CHUNK) {
            int n = (int) Math.min(CHUNK, all.byteSize() - from);
            MemorySegment.copy(all, from, MemorySegment.ofArray(chunk), 0, n);
            use.accept(ByteBuffer.wrap(chunk, 0, n));
        }
    }

    private static MemorySegment segment(Object array) {
        return switch (array) {
            case float[] a -> MemorySegment.ofArray(a);
            case double[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            case byte[] a -> MemorySegment.ofArray(a);
            default -> throw new IllegalStateException(array.getClass().toString());
        };
    }

    private static void writeAll(FileChannel out, ByteBuffer b) throws IOException {
        while (b.hasRemaining()) out.write(b);
    }

    /// Reads a file.
    ///
    /// @throws DataException if it is not of this format, is truncated or damaged, or has a type Lamina has not
    public static SafeTensors read(Path file) {
        SafeTensorsHeader.requireLittleEndian();
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = SafeTensorsHeader.read(file, in);
            var tensors = new LinkedHashMap<String, Values>();
            var crc = new CRC32C();
            var zeroed = new LinkedHashMap<>(header.metadata());
            String stored = zeroed.replace(CHECKSUM, UNKNOWN);
            for (var e : header.entries().entrySet()) tensors.put(e.getKey(), readOne(in, e.getValue()));
            if (stored != null) {
                crc.update(SafeTensorsHeader.encode(tensors, zeroed));
                for (Values v : tensors.values()) forChunks(v, crc::update);
                if (!stored.equals(String.format("%08x", crc.getValue())))
                    throw new DataException(file + " is damaged: its checksum is " + stored + ", its contents have "
                            + String.format("%08x", crc.getValue()) + "; use another copy");
            }
            zeroed.remove(CHECKSUM);
            return new SafeTensors(tensors, zeroed);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e, e);
        }
    }

    private static Values readOne(FileChannel in, SafeTensorsHeader.Entry e) throws IOException {
        int n = Math.toIntExact(e.spec().shape().size());
        int[] dims = e.spec().shape().dims();
        Values v = switch (e.spec().dtype()) {
            case F32 -> Values.of(new float[n], dims);
            case F64 -> Values.of(new double[n], dims);
            case I32 -> Values.of(new int[n], dims);
            case U8 -> Values.of(new byte[n], dims);
        };
        MemorySegment all = segment(v.array());
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, all.byteSize()));
        for (long from = 0; from < all.byteSize(); from += CHUNK) {
            int count = (int) Math.min(CHUNK, all.byteSize() - from);
            SafeTensorsHeader.readAll(in, chunk.clear().limit(count));
            MemorySegment.copy(MemorySegment.ofArray(chunk.array()), 0, all, from, count);
        }
        return v;
    }

    /// Shapes and types, for messages.
    @Override
    public String toString() {
        var out = new StringJoiner(", ", "SafeTensors {", "}");
        tensors.forEach((name, v) -> out.add(name + " " + v.spec()));
        return out.toString();
    }
}
