package dev.lamina.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.testing.Reference;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CorpusTest {
    private static final Device DEVICE = Reference.device();

    private static Corpus count(int n) {
        return Corpus.of(IntStream.range(0, n).toArray());
    }

    private static void message(String expected, Executable body) {
        assertEquals(expected, assertThrows(DataException.class, body).getMessage());
    }

    @Test
    void windowsWithTargetsOneLater() {
        Dataset w = count(10).windows(3);
        assertEquals(3, w.size());
        assertArrayEquals(new int[] {6, 7, 8}, w.get(2).input().ints());
        assertArrayEquals(new int[] {7, 8, 9}, w.get(2).target().ints());
        assertEquals(7, count(10).windows(3, 1).size());
        assertArrayEquals(
                new int[] {6, 7, 8}, count(10).windows(3, 1).get(6).input().ints());
        assertEquals(1, count(4).windows(3).size(), "exactly one window");
        assertThrows(IndexOutOfBoundsException.class, () -> w.get(3));
    }

    @Test
    void randomWindowsAreOthersInEachEpochAndTheSameForASeed() {
        Dataset w = count(1000).randomWindows(10);
        assertEquals(99, w.size());
        var loader = new DataLoader(w, 99).shuffle(3);
        int[] first = starts(loader, 0);
        assertArrayEquals(first, starts(new DataLoader(w, 99).shuffle(3).workers(0), 0));
        assertFalse(Arrays.equals(first, starts(loader, 1)));
        for (int s : first) assertEquals(true, s >= 0 && s <= 989);
        assertEquals(true, Arrays.stream(first).distinct().count() > 80, "from anywhere");
        assertEquals(true, Arrays.stream(first).anyMatch(s -> s % 10 != 0));
    }

    private static int[] starts(DataLoader loader, int epoch) {
        return DEVICE.with(() -> {
            var b = loader.epoch(epoch).next();
            assertArrayEquals(b.inputs().add(1).toInts(), b.targets().toInts(), "counting, the next token is one more");
            return b.inputs().slice(1, 0, 1).toInts();
        });
    }

    @Test
    void streamsGoOnFromBatchToBatch() {
        int rows = 3;
        var loader = new DataLoader(count(50).streams(rows, 4), rows);
        DEVICE.with(() -> {
            var it = loader.epoch(0);
            int[] next = {0, 16, 32};
            int batches = 0;
            while (it.hasNext()) {
                var b = it.next();
                assertEquals(Shape.of(3, 4), b.inputs().shape());
                for (int r = 0; r < rows; r++) {
                    assertEquals(next[r], b.inputs().at(r).toInts()[0]);
                    next[r] = b.targets().at(r).toInts()[3];
                }
                batches++;
            }
            assertEquals(4, batches);
        });
    }

    @Test
    void splitsIntoBeginningAndRest() {
        var parts = count(10).split(0.9);
        assertEquals(9, parts.getFirst().size());
        assertArrayEquals(new int[] {9}, parts.getLast().tokens());
        message(
                "corpus: a fraction of 0.01 of 10 tokens leaves one part empty; it must be between 0 and 1",
                () -> count(10).split(0.01));
        message(
                "corpus: a fraction of NaN of 10 tokens leaves one part empty; it must be between 0 and 1",
                () -> count(10).split(Double.NaN));
    }

    @Test
    void textsThatAreTooShortAreRefused() {
        message("corpus: the text is empty", () -> Corpus.of(CharTokenizer.train("a"), ""));
        message(
                "corpus: 4 token(s) are too few for a window of 4, which needs 5 with its last target",
                () -> count(4).windows(4));
        message(
                "corpus: 4 token(s) are too few for a window of 9, which needs 10 with its last target",
                () -> count(4).randomWindows(9));
        message(
                "corpus: 20 tokens are too few for 5 streams of 4, which need 21",
                () -> count(20).streams(5, 4));
        assertEquals(5, count(21).streams(5, 4).size());
        message("corpus: the length of a window must be positive, got 0", () -> count(4).windows(0));
    }
}
