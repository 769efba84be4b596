package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DataException;
import dev.lamina.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MnistTest {
    private static final List<String> FILES = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    @TempDir
    private Path folder;

    private static byte[] embedded(String name) throws IOException {
        try (var in = Mnist.class.getResourceAsStream("mnist/" + name + ".gz")) {
            return in.readAllBytes();
        }
    }

    private void copyAll() throws IOException {
        for (String f : FILES) Files.write(folder.resolve(f + ".gz"), embedded(f));
    }

    @Test
    void theEmbeddedCopyIsBytesWithLabels() {
        Mnist mnist = Mnist.load();
        assertEquals(60_000, mnist.train().size());
        assertEquals(10_000, mnist.test().size());
        var first = mnist.train().get(0);
        assertEquals(Shape.of(1, 28, 28), first.input().shape());
        assertEquals(DType.U8, first.input().dtype());
        int[] labels = new int[10];
        for (int i = 0; i < 10; i++) labels[i] = mnist.train().get(i).target().label();
        assertEquals("[5, 0, 4, 1, 9, 2, 1, 3, 1, 4]", Arrays.toString(labels));
        assertEquals(7, mnist.test().get(0).target().label());
        assertEquals(27_525, Arrays.stream(first.input().ints()).sum());
    }

    @Test
    void aFolderMayHoldZippedAndPlainFiles() throws IOException {
        copyAll();
        String labels = FILES.get(3);
        Files.delete(folder.resolve(labels + ".gz"));
        try (var in = new GZIPInputStream(Mnist.class.getResourceAsStream("mnist/" + labels + ".gz"))) {
            Files.copy(in, folder.resolve(labels));
        }
        assertEquals(7, Mnist.load(folder).test().get(0).target().label());
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        copyAll();
        Files.delete(folder.resolve(FILES.get(2) + ".gz"));
        String message = assertThrows(DataException.class, () -> Mnist.load(folder)).getMessage();
        assertTrue(message.contains("contains neither t10k-images-idx3-ubyte.gz nor t10k-images-idx3-ubyte"), message);
    }

    @Test
    void aTruncatedFileIsNamed() throws IOException {
        copyAll();
        Path file = folder.resolve(FILES.get(2) + ".gz");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100_000));
        String message = assertThrows(DataException.class, () -> Mnist.load(folder)).getMessage();
        assertTrue(message.contains(file.toString()) && message.contains("truncated"), message);
    }

    @Test
    void anotherFileOfTheSameFormIsFoundOut() throws IOException {
        copyAll();
        byte[] plain;
        try (var in = new GZIPInputStream(Mnist.class.getResourceAsStream("mnist/" + FILES.get(1) + ".gz"))) {
            plain = in.readAllBytes();
        }
        plain[8] = 6; // a five before
        Files.delete(folder.resolve(FILES.get(1) + ".gz"));
        Files.write(folder.resolve(FILES.get(1)), plain);
        String message = assertThrows(DataException.class, () -> Mnist.load(folder)).getMessage();
        assertTrue(message.contains("train-labels-idx1-ubyte is not that of MNIST"), message);
        assertTrue(message.contains("a25bea736e30d166cdddb491f175f624"), message);
    }

    @Test
    void aFolderOfTheCommandLineIsRead() {
        Cli run = Cli.run("train", "mnist", "--data", folder.toString(), "--device", "cpu");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("lamina: mnist: " + folder + " contains neither"), run.err());
    }
}
