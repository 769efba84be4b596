package dev.lamina.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.ShapeException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static Dataset numbers(int from, int to) {
        int[] labels = IntStream.range(from, to).toArray();
        var x = new float[labels.length][];
        for (int i = 0; i < x.length; i++) x[i] = new float[] {labels[i]};
        return Dataset.of(x, labels);
    }

    private static int[] labels(Dataset d) {
        return IntStream.range(0, d.size()).map(i -> d.get(i).target().label()).toArray();
    }

    @Test
    void views() {
        assertArrayEquals(new int[] {3, 0, 3}, labels(numbers(0, 5).subset(3, 0, 3)));
        assertArrayEquals(new int[] {0, 1}, labels(numbers(0, 5).take(2)));
        assertEquals(5, numbers(0, 5).take(9).size());
        assertArrayEquals(
                new int[] {0, 1, 7, 4, 5}, labels(Dataset.concat(numbers(0, 2), numbers(7, 8), numbers(4, 6))));
        assertArrayEquals(new int[] {0, 2, 4}, labels(numbers(0, 3).mapTargets(v -> Values.label(2 * v.label()))));
        assertThrows(DataException.class, () -> numbers(0, 5).subset(5));
        assertThrows(
                IndexOutOfBoundsException.class, () -> numbers(0, 5).take(2).get(2));
    }

    @Test
    void splitsHaveNothingInCommon() {
        var parts = numbers(0, 10).split(0.7, new Rng(3));
        assertEquals(7, parts.getFirst().size());
        int[] all = IntStream.concat(Arrays.stream(labels(parts.get(0))), Arrays.stream(labels(parts.get(1))))
                .sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, 10).toArray(), all);
        assertArrayEquals(
                labels(parts.get(0)),
                labels(numbers(0, 10).split(0.7, new Rng(3)).get(0)));
    }

    @Test
    void unequalNumbersAreRefused() {
        var e = assertThrows(DataException.class, () -> Dataset.of(new float[3][2], new int[4]));
        assertEquals("dataset: 3 inputs [3, 2], but 4 targets [4]", e.getMessage());
        assertThrows(DataException.class, () -> Dataset.of(new float[0][], new int[0]));
        assertThrows(DataException.class, () -> Dataset.of(new float[][] {{1}, {1, 2}}, new int[2]));
        assertThrows(ShapeException.class, () -> Values.of(new float[5], 2, 3));
    }

    @Test
    void standardizesByTheTrainingDataOnly() {
        Dataset train = Dataset.of(new float[][] {{1, 5, 100}, {3, 5, 300}}, new int[2]);
        var s = Standardizer.fit(train);
        assertArrayEquals(new float[] {2, 5, 200}, s.mean());
        assertArrayEquals(new float[] {1, 0, 100}, s.std());
        Values other = s.apply(Values.of(new float[] {4, 6, 200}));
        assertArrayEquals(new float[] {2, 1, 0}, other.floats());
        assertArrayEquals(new float[] {4, 6, 200}, s.invert(other).floats());
        assertThrows(ShapeException.class, () -> s.apply(Values.of(new float[2])));
    }

    @Test
    void oneHotAndLabelsCheckTheRange() {
        assertArrayEquals(
                new float[] {0, 0, 1},
                Transforms.oneHot(3).apply(Values.label(2)).floats());
        var e = assertThrows(DataException.class, () -> Transforms.labels(10).apply(Values.label(12)));
        assertEquals("labels: label 12 is outside 0..9", e.getMessage());
        assertThrows(DataException.class, () -> Transforms.oneHot(3).apply(Values.label(-1)));
    }

    @Test
    void pixelsToNormalizedFloats() {
        Values v = Values.of(new byte[] {0, (byte) 255, 51, (byte) 204}, 2, 1, 2);
        Values scaled = Transforms.scale(1 / 255.0).apply(v);
        assertArrayEquals(new float[] {0, 1, 0.2f, 0.8f}, scaled.floats(), 1e-6f);
        assertArrayEquals(
                new float[] {-1, 1, -0.6f, 0.6f},
                Transforms.normalize(new float[] {0.5f, 0.5f}, new float[] {0.5f, 0.5f})
                        .apply(scaled)
                        .floats(),
                1e-6f);
        assertThrows(
                ShapeException.class,
                () -> Transforms.normalize(new float[3], new float[3]).apply(scaled));
    }

    /// 1 2 3 / 4 5 6
    private static final Values IMAGE = Values.of(new byte[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);

    @Test
    void flips() {
        assertArrayEquals(
                new int[] {3, 2, 1, 6, 5, 4}, Augment.flip(1).apply(IMAGE).ints());
        assertArrayEquals(IMAGE.ints(), Augment.flip(0).apply(IMAGE).ints());
        assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, IMAGE.ints(), "the original is not changed");
    }

    @Test
    void cropsAndShifts() {
        assertArrayEquals(
                new int[] {2, 5}, Augment.centerCrop(2, 1).apply(IMAGE).ints());
        assertArrayEquals(
                new int[] {0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0},
                Augment.centerCrop(4, 5).apply(IMAGE).ints());
        for (int seed = 0; seed < 20; seed++) {
            Values moved = new Rng(seed).with(() -> Augment.shift(2).apply(IMAGE));
            assertEquals(IMAGE.shape(), moved.shape());
            Values part = new Rng(seed).with(() -> Augment.crop(2, 2, 1).apply(IMAGE));
            int[] p = part.ints();
            if (p[0] != 0 && p[1] != 0) assertEquals(p[0] + 1, p[1]);
            if (p[0] != 0 && p[3] != 0) assertEquals(p[0] + 4, p[3]);
        }
        assertTrue(IntStream.range(0, 50)
                .mapToObj(s -> new Rng(s).with(() -> Augment.shift(1).apply(IMAGE)))
                .anyMatch(v -> Arrays.equals(new int[] {0, 1, 2, 0, 4, 5}, v.ints())));
        assertThrows(ShapeException.class, () -> Augment.crop(9, 9, 1).apply(IMAGE));
        assertThrows(ShapeException.class, () -> Augment.flip(1).apply(Values.of(new float[6], 2, 3)));
    }

    @Test
    void rotatesAboutTheCentre() {
        Values square = Values.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3);
        assertArrayEquals(
                new float[] {9, 8, 7, 6, 5, 4, 3, 2, 1},
                Augment.rotated(square, Math.PI).floats(),
                1e-5f);
        float[] quarter = Augment.rotated(square, Math.PI / 2).floats();
        assertEquals(5, quarter[4], 1e-5f);
        assertTrue(Math.abs(quarter[0] - 3) < 1e-4 || Math.abs(quarter[0] - 7) < 1e-4, () -> Arrays.toString(quarter));
        assertArrayEquals(square.floats(), Augment.rotate(0).apply(square).floats(), 1e-6f);
    }
}
