package dev.lamina.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataLoaderTest {
    private static final Device DEVICE = Reference.device();

    /// Sample i is [i, 10 i] with label i.
    private static Dataset numbers(int n) {
        var x = new float[n][];
        for (int i = 0; i < n; i++) x[i] = new float[] {i, 10 * i};
        return Dataset.of(x, IntStream.range(0, n).toArray());
    }

    private static List<int[]> labels(Iterator<Batch> batches) {
        var out = new ArrayList<int[]>();
        DEVICE.with(() -> batches.forEachRemaining(b -> out.add(b.targets().toInts())));
        return out;
    }

    private static int[] joined(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    @Test
    void batchesInOrder() {
        DEVICE.with(() -> {
            Iterator<Batch> it = new DataLoader(numbers(5), 2).epoch(0);
            Batch b = it.next();
            assertEquals(Shape.of(2, 2), b.inputs().shape());
            assertEquals(Shape.of(2), b.targets().shape());
            assertEquals(DType.I32, b.targets().dtype());
            assertArrayEquals(new float[] {0, 0, 1, 10}, b.inputs().toFloats());
            it.next();
            assertEquals(1, it.next().size());
            assertFalse(it.hasNext());
        });
        assertEquals(3, new DataLoader(numbers(5), 2).batches());
        assertEquals(2, new DataLoader(numbers(5), 2).dropLast().batches());
        assertEquals(
                2, labels(new DataLoader(numbers(5), 2).dropLast().epoch(0)).size());
    }

    @Test
    void shufflesEachEpochAnewAndTheSameForASeed() {
        var loader = new DataLoader(numbers(50), 8).shuffle(7);
        int[] first = joined(labels(loader.epoch(0)));
        int[] second = joined(labels(loader.epoch(1)));
        assertFalse(Arrays.equals(first, second));
        assertArrayEquals(
                first, joined(labels(new DataLoader(numbers(50), 8).shuffle(7).epoch(0))));
        assertFalse(Arrays.equals(
                first, joined(labels(new DataLoader(numbers(50), 8).shuffle(8).epoch(0)))));
        assertArrayEquals(
                IntStream.range(0, 50).toArray(), Arrays.stream(first).sorted().toArray());
        assertArrayEquals(first, joined(labels(loader.iterator())), "a loop begins with epoch 0");
        assertArrayEquals(second, joined(labels(loader.iterator())), "and goes on with epoch 1");
    }

    @Test
    void augmentationDoesNotDependOnTheNumberOfWorkers() {
        Dataset noisy =
                numbers(40).mapInputs(v -> Values.of(new float[] {Rng.current().nextFloat()}, 1));
        float[] alone = inputs(new DataLoader(noisy, 4).shuffle(3).workers(0), 2);
        assertArrayEquals(alone, inputs(new DataLoader(noisy, 4).shuffle(3).workers(7), 2));
        assertArrayEquals(alone, inputs(new DataLoader(noisy, 4).shuffle(3).workers(1), 2));
        assertFalse(Arrays.equals(alone, inputs(new DataLoader(noisy, 4).shuffle(3), 1)), "another epoch, other draws");
        assertEquals(
                40, IntStream.range(0, 40).mapToObj(i -> alone[i]).distinct().count());
    }

    private static float[] inputs(DataLoader loader, int epoch) {
        var all = new ArrayList<Float>();
        DEVICE.with(() -> loader.epoch(epoch).forEachRemaining(b -> {
            for (float f : b.inputs().toFloats()) all.add(f);
        }));
        var out = new float[all.size()];
        for (int i = 0; i < out.length; i++) out[i] = all.get(i);
        return out;
    }

    @Test
    void anAbandonedEpochReadsNoFurtherThanItsWorkersHadBegun() throws InterruptedException {
        var read = new AtomicInteger();
        Dataset counted = numbers(1000).map(s -> {
            read.incrementAndGet();
            return s;
        });
        DEVICE.with(() -> assertEquals(
                10, new DataLoader(counted, 10).workers(3).epoch(0).next().size()));
        int before = -1;
        while (before != read.get()) {
            before = read.get();
            Thread.sleep(50);
        }
        assertTrue(before <= 40, () -> read + " samples read: the first batch and 3 ahead are 40");
        assertEquals(
                0,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().contains("lamina-loader"))
                        .count());
    }

    @Test
    void errorsNameTheSampleAndReachTheConsumer() {
        Dataset broken = numbers(20).map(s -> {
            if (s.target().label() == 13) throw new IllegalStateException("no such file");
            return s;
        });
        for (int workers : new int[] {0, 2}) {
            Iterator<Batch> it = new DataLoader(broken, 5).workers(workers).epoch(4);
            DEVICE.with(() -> {
                it.next();
                it.next();
            });
            var e = assertThrows(DataException.class, it::next);
            assertEquals("data loader: sample 13 of epoch 4: no such file", e.getMessage());
            assertEquals(IllegalStateException.class, e.getCause().getClass());
            assertFalse(it.hasNext());
        }
    }

    @Test
    void samplesOfDifferentShapesAreNamed() {
        Dataset ragged = numbers(4).map(s -> s.target().label() == 2 ? s.input(Values.of(new float[3])) : s);
        var e = assertThrows(DataException.class, () -> labels(new DataLoader(ragged, 4).epoch(0)));
        assertTrue(
                e.getMessage().contains("the input of sample 2 is f32 [3], that of sample 0 in the same batch f32 [2]"),
                e::getMessage);
    }

    @Test
    void senseless() {
        var zero = assertThrows(DataException.class, () -> new DataLoader(numbers(3), 0));
        assertEquals("data loader: the batch size must be positive, got 0", zero.getMessage());
        assertThrows(DataException.class, () -> new DataLoader(numbers(3), -1));
        var empty = assertThrows(
                DataException.class, () -> new DataLoader(numbers(3).take(0), 2));
        assertEquals("data loader: the dataset is empty", empty.getMessage());
        assertThrows(DataException.class, () -> new DataLoader(numbers(3), 4).dropLast());
        assertThrows(DataException.class, () -> new DataLoader(numbers(3), 4).workers(-1));
    }

    @Test
    void streams() {
        List<Sample> samples = IntStream.range(0, 11)
                .mapToObj(i -> new Sample(Values.of(new float[] {i}, 1), Values.label(i)))
                .toList();
        for (int workers : new int[] {0, 1, 4}) {
            var loader = DataLoader.streaming(samples, 4).workers(workers);
            assertEquals(-1, loader.batches());
            assertArrayEquals(IntStream.range(0, 11).toArray(), joined(labels(loader.epoch(0))));
            assertEquals(2, labels(loader.dropLast().epoch(0)).size());
        }
        assertThrows(DataException.class, () -> DataLoader.streaming(samples, 4).shuffle(1));
        assertEquals(
                0, labels(DataLoader.streaming(List.<Sample>of(), 4).epoch(0)).size());
    }

    @Test
    void aBrokenStreamIsNamed() {
        Iterable<Sample> broken = () -> IntStream.range(0, 9)
                .mapToObj(i -> {
                    if (i == 6) throw new IllegalStateException("line 6 is odd");
                    return new Sample(Values.label(i), Values.label(i));
                })
                .iterator();
        Iterator<Batch> it = DataLoader.streaming(broken, 4).workers(3).epoch(0);
        DEVICE.with(() -> assertEquals(4, it.next().size()));
        var e = assertThrows(DataException.class, it::next);
        assertTrue(e.getMessage().contains("sample 6 of epoch 0: line 6 is odd"), e::getMessage);
    }

    @Test
    void mapsBatchesOnTheDeviceAndFreesThem() {
        Dataset pixels = Dataset.of(Values.of(new byte[] {0, (byte) 255, 51, 102}, 4, 1), Values.of(new int[4], 4));
        var loader = new DataLoader(pixels, 2)
                .map(b -> new Batch(b.inputs().cast(DType.F32).mul(1 / 255.0), b.targets()));
        var device = Reference.device();
        var seen = new ArrayList<Float>();
        device.with(() -> loader.forEach(b -> {
            for (float f : b.inputs().toFloats()) seen.add(f);
        }));
        float[] expected = {0, 1, 0.2f, 0.4f};
        assertEquals(4, seen.size());
        for (int i = 0; i < 4; i++) assertEquals(expected[i], seen.get(i), 1e-6f);
        assertEquals(0, device.memory().liveBuffers());
        assertNotEquals(0, device.memory().peakBytes());
    }
}
