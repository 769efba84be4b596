package dev.lamina.examples;

import dev.lamina.DataException;
import dev.lamina.data.Dataset;
import dev.lamina.data.Idx;
import dev.lamina.data.Values;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/// The MNIST database of handwritten digits (LeCun, Cortes and Burges), checked to be what it should be.
///
/// @param train 60,000 images [1, 28, 28] as u8, 0 for paper and 255 for ink, with labels 0..9
/// @param test 10,000 images by other writers
record Mnist(Dataset train, Dataset test) {
    /// @param md5 of the unpacked file
    private record File(String name, String md5) {}

    private static final List<File> FILES = List.of(
            new File("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
            new File("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
            new File("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
            new File("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"));

    /// The embedded copy.
    static Mnist load() {
        return load(Mnist::embedded);
    }

    /// The four files in a folder, gzipped or not.
    ///
    /// @throws DataException naming a file that is missing, damaged or another one
    static Mnist load(Path folder) {
        return load(name -> Idx.read(find(folder, name)));
    }

    private static Mnist load(Function<String, Values> read) {
        var parts = FILES.parallelStream().map(f -> checked(f, read.apply(f.name()))).toList();
        return new Mnist(dataset(parts.get(0), parts.get(1)), dataset(parts.get(2), parts.get(3)));
    }

    private static Values embedded(String name) {
        String resource = "mnist/" + name + ".gz";
        try (InputStream in = Mnist.class.getResourceAsStream(resource)) {
            return Idx.read(resource, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path find(Path folder, String name) {
        for (String file : List.of(name + ".gz", name))
            if (Files.exists(folder.resolve(file))) return folder.resolve(file);
        throw new DataException("mnist: " + folder + " contains neither " + name + ".gz nor " + name
                + "; --data takes the folder with the four files of MNIST");
    }

    private static Values checked(File file, Values v) {
        String found = md5(v);
        if (!found.equals(file.md5()))
            throw new DataException("mnist: " + file.name() + " is not that of MNIST: its MD5 unpacked should be "
                    + file.md5() + ", and is " + found + " for " + v.spec() + "; download it again");
        return v;
    }

    /// The MD5 of the file that these bytes came from: its header is its magic number and the sizes.
    private static String md5(Values v) {
        if (!(v.array() instanceof byte[] bytes)) return "that of other elements";
        int[] dims = v.shape().dims();
        var header = ByteBuffer.allocate(4 + 4 * dims.length).putInt(0x0800 + dims.length);
        for (int d : dims) header.putInt(d);
        try {
            var md5 = MessageDigest.getInstance("MD5");
            md5.update(header.array());
            return HexFormat.of().formatHex(md5.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new DataException("mnist: this Java has no MD5 to check the files with", e);
        }
    }

    /// Labels become i32, which is what losses take; images stay bytes until they are on the device.
    private static Dataset dataset(Values images, Values labels) {
        int[] dims = images.shape().dims();
        return Dataset.of(images.reshape(dims[0], 1, dims[1], dims[2]), Values.of(labels.ints(), dims[0]));
    }
}
