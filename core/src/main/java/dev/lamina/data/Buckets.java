package dev.lamina.data;

import dev.lamina.Rng;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// An order of samples in which the inputs of a batch are of about one length.
final class Buckets {
    private Buckets() {}

    /// @param order of the samples, cut into runs of `batches` batches that are sorted each for itself
    /// @param mixed whether the batches of a run come in random order; a smaller last one stays last
    static int[] sort(Dataset data, int[] order, int batchSize, int batches, Rng rng, boolean mixed) {
        int run = (int) Math.min(order.length, (long) batchSize * batches);
        int[] out = new int[order.length];
        Rng lengths = rng.split(-1);
        Rng mix = rng.split(-2);
        for (int from = 0; from < order.length; from += run) {
            int[] part = sorted(data, Arrays.copyOfRange(order, from, Math.min(order.length, from + run)), lengths);
            int whole = part.length / batchSize;
            int[] turns =
                    mixed ? mix.permutation(whole) : IntStream.range(0, whole).toArray();
            for (int b = 0; b < whole; b++)
                System.arraycopy(part, turns[b] * batchSize, out, from + b * batchSize, batchSize);
            int done = whole * batchSize;
            System.arraycopy(part, done, out, from + done, part.length - done);
        }
        return out;
    }

    private static int[] sorted(Dataset data, int[] part, Rng rng) {
        record Entry(int index, int length) {}
        return Arrays.stream(part)
                .mapToObj(i -> new Entry(i, rng.with(() -> length(data.get(i).input()))))
                .sorted(Comparator.comparingInt(Entry::length))
                .mapToInt(Entry::index)
                .toArray();
    }

    private static int length(Values input) {
        return input.shape().rank() == 0 ? 1 : input.shape().dim(0);
    }
}
