package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.util.Iterator;

/// Batches of samples that come one after the other: threads take turns, so that the order does not depend on
/// them.
final class StreamBatches {
    private final Iterator<Sample> samples;
    private final int batchSize;
    private final boolean dropLast;
    private final Rng rng;
    private final int epoch;
    private final Padding padding;
    private int turn;
    private long index;
    private boolean failed;

    StreamBatches(Iterable<Sample> samples, int batchSize, boolean dropLast, Padding padding, Rng rng, int epoch) {
        this.samples = samples.iterator();
        this.batchSize = batchSize;
        this.dropLast = dropLast;
        this.rng = rng;
        this.epoch = epoch;
        this.padding = padding;
    }

    /// Batch `number`, after all before it were read; null at the end.
    synchronized HostBatch read(int number) {
        try {
            while (turn != number) wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("data loader: interrupted while it waited for its turn", e);
        }
        try {
            return failed ? null : read();
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        } finally {
            turn++;
            notifyAll();
        }
    }

    private HostBatch read() {
        var builder = new HostBatch.Builder(epoch, padding);
        while (builder.size() < batchSize) {
            Sample s = builder.read(index, rng.split(index), () -> samples.hasNext() ? samples.next() : null);
            if (s == null) break;
            builder.add(index++, s);
        }
        boolean enough = dropLast ? builder.size() == batchSize : builder.size() > 0;
        return enough ? builder.build() : null;
    }
}
