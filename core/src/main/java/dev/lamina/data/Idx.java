package dev.lamina.data;

import dev.lamina.DataException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reader of IDX files, the format of MNIST, plain or gzipped: two zero bytes, the type, the number of
/// dimensions, the big-endian sizes, and the big-endian elements. (LeCun, Cortes and Burges, The MNIST
/// database.)
public final class Idx {
    private Idx() {}

    /// Unsigned bytes become u8, the other integers i32, floats f32 and doubles f64.
    ///
    /// @throws DataException naming the file, and the expected and found bytes and sizes
    public static Values read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e, e);
        }
    }

    /// The same from a stream, such as a resource, which is read to its end and left open; `name` is what
    /// messages call it.
    public static Values read(String name, InputStream in) {
        try {
            return unpacked(name, unzipped(new BufferedInputStream(in, 1 << 16)));
        } catch (EOFException | ZipException e) {
            throw new DataException(name + ": the gzip data is truncated or damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException("cannot read " + name + ": " + e, e);
        }
    }

    private static InputStream unzipped(BufferedInputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static Values unpacked(String file, InputStream in) throws IOException {
        byte[] magic = exactly(file, in, 4, "its magic number");
        int type = magic[2] & 0xFF;
        int width = width(type);
        if (magic[0] != 0 || magic[1] != 0 || width == 0 || magic[3] < 1)
            throw new DataException(file + " is not an IDX file: its magic number is "
                    + String.format("%08x", ByteBuffer.wrap(magic).getInt()));
        int[] dims = dims(file, exactly(file, in, 4 * magic[3], "its " + magic[3] + " sizes"));
        long bytes = width;
        for (int d : dims) {
            if (d > 0 && bytes > Integer.MAX_VALUE / (long) d)
                throw new DataException(file + ": sizes " + Arrays.toString(dims) + " are too large for one file");
            bytes *= d;
        }
        byte[] data = exactly(file, in, (int) bytes, "elements of sizes " + Arrays.toString(dims));
        if (in.read() >= 0)
            throw new DataException(file + " is too long: expected " + bytes + " bytes for sizes "
                    + Arrays.toString(dims) + ", found more");
        return decode(type, data, dims);
    }

    private static int[] dims(String file, byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        var dims = new int[bytes.length / 4];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = buffer.getInt();
            if (dims[i] < 0)
                throw new DataException(
                        file + ": size " + i + " is " + Integer.toUnsignedString(dims[i]) + ", which is too large");
        }
        return dims;
    }

    private static byte[] exactly(String file, InputStream in, int bytes, String what) throws IOException {
        byte[] b = in.readNBytes(bytes);
        if (b.length < bytes)
            throw new DataException(
                    file + " is truncated: expected " + bytes + " bytes for " + what + ", found " + b.length);
        return b;
    }

    private static int width(int type) {
        return switch (type) {
            case 0x08, 0x09 -> 1;
            case 0x0B -> 2;
            case 0x0C, 0x0D -> 4;
            case 0x0E -> 8;
            default -> 0;
        };
    }

    private static Values decode(int type, byte[] data, int[] dims) {
        var in = ByteBuffer.wrap(data);
        int n = data.length / width(type);
        switch (type) {
            case 0x08 -> {
                return Values.of(data, dims);
            }
            case 0x0D -> {
                var out = new float[n];
                in.asFloatBuffer().get(out);
                return Values.of(out, dims);
            }
            case 0x0E -> {
                var out = new double[n];
                in.asDoubleBuffer().get(out);
                return Values.of(out, dims);
            }
            default -> {
                var out = new int[n];
                for (int i = 0; i < n; i++)
                    out[i] = type == 0x09 ? in.get() : type == 0x0B ? in.getShort() : in.getInt();
                return Values.of(out, dims);
            }
        }
    }
}
