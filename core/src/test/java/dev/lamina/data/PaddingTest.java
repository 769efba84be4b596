package dev.lamina.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.Masks;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaddingTest {
    private static final Device DEVICE = Reference.device();

    /// Sample i is `lengths[i]` times i + 1, and as target the same with one fewer.
    private static Dataset sequences(int... lengths) {
        return new Dataset() {
            @Override
            public int size() {
                return lengths.length;
            }

            @Override
            public Sample get(int index) {
                Objects.checkIndex(index, lengths.length);
                int n = lengths[index];
                return new Sample(row(n, index + 1), row(Math.max(0, n - 1), index + 1));
            }
        };
    }

    private static Values row(int n, int value) {
        int[] v = new int[n];
        Arrays.fill(v, value);
        return Values.of(v, n);
    }

    private static String error(Class<? extends LaminaException> type, Runnable body) {
        return assertThrows(type, () -> DEVICE.with(body)).getMessage();
    }

    @Test
    void inputsAndTargetsArePaddedWithTheirLengthsAndMasks() {
        DEVICE.with(() -> {
            Batch b = new DataLoader(sequences(2, 1, 3), 3).pad(0, -1).epoch(0).next();
            assertArrayEquals(new int[] {1, 1, 0, 2, 0, 0, 3, 3, 3}, b.inputs().toInts());
            assertEquals(Shape.of(3, 3), b.inputs().shape());
            assertArrayEquals(new int[] {1, -1, -1, -1, 3, 3}, b.targets().toInts());
            assertArrayEquals(new int[] {2, 1, 3}, b.lengths().toInts());
            assertArrayEquals(new int[] {1, 0, 2}, b.targetLengths().toInts());
            assertArrayEquals(new float[] {1, 1, 0, 1, 0, 0, 1, 1, 1}, b.mask().toFloats());
            assertArrayEquals(new float[] {1, 0, 0, 0, 1, 1}, b.targetMask().toFloats());
            Batch other = b.inputs(b.inputs().add(1)).targets(b.targets().add(1));
            assertArrayEquals(b.mask().toFloats(), other.mask().toFloats());
        });
    }

    @Test
    void vectorsArePaddedAndLabelsStayAsTheyAre() {
        Dataset d = sequences(1, 2).map(s -> {
            int n = s.input().shape().dim(0);
            var x = new float[n * 2];
            Arrays.fill(x, n);
            return new Sample(Values.of(x, n, 2), Values.label(n));
        });
        DEVICE.with(() -> {
            Batch b = new DataLoader(d, 2).pad(9).padToMultiple(4).epoch(0).next();
            assertEquals(Shape.of(2, 4, 2), b.inputs().shape());
            assertArrayEquals(
                    new float[] {1, 1, 9, 9, 9, 9, 9, 9, 2, 2, 2, 2, 9, 9, 9, 9},
                    b.inputs().toFloats());
            assertArrayEquals(new int[] {1, 2}, b.targets().toInts());
            assertNull(b.targetLengths());
            assertEquals(Shape.of(2, 4), b.mask().shape());
        });
    }

    @Test
    void streamsArePaddedToo() {
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < 3; i++) samples.add(sequences(3, 1, 2).get(i));
        DEVICE.with(() -> {
            var it = DataLoader.streaming(samples, 2).pad(7, 7).epoch(0);
            assertArrayEquals(new int[] {1, 1, 1, 2, 7, 7}, it.next().inputs().toInts());
            assertArrayEquals(new int[] {2}, it.next().lengths().toInts());
        });
    }

    @Test
    void whatCannotBePaddedIsNamed() {
        assertEquals(
                "data loader: the input of sample 1 has length 0, i32 [0]; leave empty sequences out, or end each"
                        + " with a token",
                error(
                        DataException.class,
                        () -> new DataLoader(sequences(2, 0), 2)
                                .pad(0, 0)
                                .epoch(0)
                                .next()));
        assertEquals(
                "data loader: the target of sample 0 is i32 [], without an axis to pad; pad inputs alone with"
                        + " pad(value)",
                error(
                        DataException.class,
                        () -> new DataLoader(sequences(2, 3).mapTargets(t -> Values.label(1)), 2)
                                .pad(0, 0)
                                .epoch(0)
                                .next()));
        Dataset mixed = sequences(2, 3)
                .map(s -> s.target().shape().dim(0) == 2 ? s.input(s.input().reshape(3, 1)) : s);
        assertEquals(
                "data loader: the input of sample 1 is i32 [3, 1], that of sample 0 in the same batch i32 [2]; only"
                        + " the first axis is padded, all else must be equal",
                error(
                        DataException.class,
                        () -> new DataLoader(mixed, 2).pad(0, 0).epoch(0).next()));
        assertEquals(
                "data loader: the input of sample 1 is i32 [3], that of sample 0 in the same batch i32 [2]; bring all"
                        + " to one size and type with map or pad(...)",
                error(
                        DataException.class,
                        () -> new DataLoader(sequences(2, 3), 2).epoch(0).next()));
        assertEquals(
                "batch: the inputs [2, 3] were not padded and have no mask; let the loader pad them, with pad(...)",
                error(LaminaException.class, () -> new Batch(Tensor.ones(2, 3), Tensor.ones(2)).mask()));
        assertEquals(
                "data loader: padding must be to a positive multiple, got 0",
                error(DataException.class, () -> new DataLoader(sequences(2), 1).padToMultiple(0)));
    }

    @Test
    void lengthsAreChecked() {
        assertEquals(
                "mask: length 4 of sequence 1 is outside 0..3, where 3 is the size of the time axis",
                error(IndexException.class, () -> Masks.ofLengths(Tensor.of(new int[] {3, 4}), 3)));
        assertEquals(
                "mask: lengths must be i32, got f32 [2]; convert with cast(DType.I32)",
                error(LaminaException.class, () -> Masks.ofLengths(Tensor.ones(2), 3)));
        assertEquals(
                "lstm: length 0 of sequence 0 is outside 1..3, where 3 is the size of the time axis",
                error(IndexException.class, () -> Masks.checkLengths("lstm", Tensor.of(new int[] {0, 4}), 1, 3)));
    }

    @Test
    void bucketsHoldSequencesOfAboutOneLength() {
        int[] lengths = IntStream.range(0, 64).map(i -> 1 + (i * 37) % 64).toArray();
        var plain = new DataLoader(sequences(lengths), 4).pad(0, 0).shuffle(1);
        var sorted = plain.bucket(8);
        DEVICE.with(() -> {
            var seen = new ArrayList<Integer>();
            var sizes = new ArrayList<Integer>();
            long padding = 0;
            for (var it = sorted.epoch(0); it.hasNext(); ) {
                Batch b = it.next();
                sizes.add(b.inputs().shape().dim(1));
                padding += b.inputs().shape().size()
                        - Arrays.stream(b.lengths().toInts()).sum();
                for (int r = 0; r < 4; r++) seen.add(b.inputs().at(r).toInts()[0]);
            }
            long before = 0;
            for (var it = plain.epoch(0); it.hasNext(); ) {
                Batch b = it.next();
                before += b.inputs().shape().size()
                        - Arrays.stream(b.lengths().toInts()).sum();
            }
            assertTrue(padding * 4 < before, padding + " instead of " + before);
            assertArrayEquals(
                    IntStream.rangeClosed(1, 64).toArray(),
                    seen.stream().mapToInt(i -> i).sorted().toArray(),
                    "each sample once");
            assertFalse(sizes.equals(sizes.stream().sorted().toList()), "batches come in random order");
        });
        var ordered = new DataLoader(sequences(3, 1, 2, 9, 7), 2).pad(0, 0).bucket(2);
        DEVICE.with(() -> {
            var it = ordered.epoch(0);
            assertArrayEquals(new int[] {1, 2}, it.next().lengths().toInts());
            assertArrayEquals(new int[] {3, 9}, it.next().lengths().toInts());
            assertArrayEquals(new int[] {7}, it.next().lengths().toInts());
        });
        assertThrows(DataException.class, () -> ordered.bucket(0));
    }
}
