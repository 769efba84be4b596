package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Batches of a data set. Samples are read, changed and joined in the background and uploaded by the thread
/// that asks for the next batch, to its current device. The batches of an epoch are the same whatever the
/// number of workers. An immutable value: each method gives another loader. There is nothing to close, also
/// when a loop is left early.
public final class DataLoader implements Iterable<Batch> {
    private static final int WORKERS = Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, 8);

    private final Source source;
    private final int batchSize;
    private final Long seed;
    private final boolean dropLast;
    private final Padding padding;
    private final Integer bucket;
    private final int workers;
    private final UnaryOperator<Batch> then;
    private final AtomicInteger next = new AtomicInteger();

    /// Where samples come from: by index, or one after the other.
    private sealed interface Source {
        record Indexed(Dataset data) implements Source {}

        record Streamed(Iterable<Sample> samples) implements Source {}
    }

    private DataLoader(
            Source source,
            int batchSize,
            Long seed,
            boolean dropLast,
            Padding padding,
            Integer bucket,
            int workers,
            UnaryOperator<Batch> then) {
        if (batchSize < 1) throw new DataException("data loader: the batch size must be positive, got " + batchSize);
        if (workers < 0) throw new DataException("data loader: workers must be 0 or more, got " + workers);
        this.source = source;
        this.batchSize = batchSize;
        this.seed = seed;
        this.dropLast = dropLast;
        this.padding = padding;
        this.bucket = bucket;
        this.workers = workers;
        this.then = then;
        if (source instanceof Source.Indexed(Dataset data)) {
            if (data.size() == 0) throw new DataException("data loader: the dataset is empty");
            if (dropLast && data.size() < batchSize)
                throw new DataException("data loader: dropping the last batch leaves none: " + data.size()
                        + " samples in batches of " + batchSize);
        }
    }

    /// Batches in the order of the data, the last one smaller if need be; random transforms draw from seed 0.
    ///
    /// @throws DataException if there are no samples or the batch size is not positive
    public DataLoader(Dataset data, int batchSize) {
        this(new Source.Indexed(data), batchSize, null, false, Padding.NONE, null, WORKERS, UnaryOperator.identity());
    }

    /// Batches of samples that come one after the other, such as lines of a file too large for memory. Every
    /// epoch asks for a new iterator, which is used by one thread at a time.
    public static DataLoader streaming(Iterable<Sample> samples, int batchSize) {
        return new DataLoader(
                new Source.Streamed(samples),
                batchSize,
                null,
                false,
                Padding.NONE,
                null,
                WORKERS,
                UnaryOperator.identity());
    }

    /// Another order in each epoch, given by the seed; random transforms draw from it too.
    ///
    /// @throws DataException for a stream, whose order is its own
    public DataLoader shuffle(long seed) {
        if (source instanceof Source.Streamed)
            throw new DataException("data loader: a stream cannot be shuffled; shuffle where it is made");
        return new DataLoader(source, batchSize, seed, dropLast, padding, bucket, workers, then);
    }

    /// Leaves out a last batch that is smaller than the others.
    public DataLoader dropLast() {
        return new DataLoader(source, batchSize, seed, true, padding, bucket, workers, then);
    }

    /// Inputs may differ in size along their first axis: `value` follows after their end, and the batch knows
    /// their lengths. A sequence of length 0 is an error.
    public DataLoader pad(double value) {
        return padded(new Padding(value, null, padding.multiple()));
    }

    /// Inputs and targets may differ in size along their first axis, each with a value of its own after the
    /// end. Targets, unlike inputs, may be empty.
    public DataLoader pad(double input, double target) {
        return padded(new Padding(input, target, padding.multiple()));
    }

    /// Pads to a multiple of `size`: fewer different shapes, for devices that prepare kernels by shape.
    public DataLoader padToMultiple(int size) {
        return padded(new Padding(padding.input(), padding.target(), size));
    }

    private DataLoader padded(Padding other) {
        return new DataLoader(source, batchSize, seed, dropLast, other, bucket, workers, then);
    }

    /// Batches of inputs of about one length, so that little is padding: the order is cut into runs of
    /// `batches` batches, each run is sorted by length, and its batches come in random order if the loader
    /// shuffles. Reads every input once at the beginning of an epoch.
    ///
    /// @throws DataException for a stream, whose order is its own
    public DataLoader bucket(int batches) {
        if (source instanceof Source.Streamed)
            throw new DataException("data loader: a stream cannot be sorted into buckets; sort where it is made");
        if (batches < 1) throw new DataException("data loader: a bucket must have 1 or more batches, got " + batches);
        return new DataLoader(source, batchSize, seed, dropLast, padding, batches, workers, then);
    }

    /// How many batches are prepared ahead, each by a thread of its own; 0 prepares them when they are asked
    /// for.
    public DataLoader workers(int workers) {
        return new DataLoader(source, batchSize, seed, dropLast, padding, bucket, workers, then);
    }

    /// Applies `f` to every batch on the device, such as `b ->
    /// b.inputs(b.inputs().cast(DType.F32))`: pixels travel as bytes.
    public DataLoader map(UnaryOperator<Batch> f) {
        UnaryOperator<Batch> before = then;
        return new DataLoader(
                source, batchSize, seed, dropLast, padding, bucket, workers, b -> f.apply(before.apply(b)));
    }

    public int batchSize() {
        return batchSize;
    }

    /// Batches in an epoch; -1 for a stream.
    public int batches() {
        return switch (source) {
            case Source.Indexed(Dataset data) ->
                dropLast ? data.size() / batchSize : Math.ceilDiv(data.size(), batchSize);
            case Source.Streamed _ -> -1;
        };
    }

    /// The batches of one epoch; the same number gives the same batches again.
    public Iterator<Batch> epoch(int epoch) {
        Iterator<HostBatch> parts = switch (source) {
            case Source.Indexed(Dataset data) -> {
                int[] order = order(data, epoch);
                int batches = batches();
                yield new Prefetch(workers, batch -> batch < batches ? read(data, order, batch, epoch) : null);
            }
            case Source.Streamed(Iterable<Sample> samples) ->
                new Prefetch(
                        workers,
                        new StreamBatches(samples, batchSize, dropLast, padding, epochRng(epoch), epoch)::read);
        };
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return parts.hasNext();
            }

            @Override
            public Batch next() {
                return then.apply(parts.next().upload());
            }
        };
    }

    /// The batches of the next epoch.
    @Override
    public Iterator<Batch> iterator() {
        return epoch(next.getAndIncrement());
    }

    /// Gives the batches of the next epoch to `action`, each in a scope of its own.
    @Override
    public void forEach(Consumer<? super Batch> action) {
        Iterator<Batch> it = iterator();
        while (it.hasNext()) Scope.run(() -> action.accept(it.next()));
    }

    private Rng epochRng(int epoch) {
        return new Rng(seed == null ? 0 : seed).split(epoch);
    }

    private int[] order(Dataset data, int epoch) {
        int[] order = seed == null
                ? IntStream.range(0, data.size()).toArray()
                : epochRng(epoch).permutation(data.size());
        if (bucket == null) return order;
        return Buckets.sort(data, order, batchSize, bucket, epochRng(epoch), seed != null);
    }

    private HostBatch read(Dataset data, int[] order, int batch, int epoch) {
        int from = batch * batchSize;
        int to = Math.min(order.length, from + batchSize);
        Rng rng = epochRng(epoch);
        var builder = new HostBatch.Builder(epoch, padding);
        for (int i = from; i < to; i++) {
            int index = order[i];
            builder.add(index, builder.read(index, rng.split(index), () -> data.get(index)));
        }
        return builder.build();
    }
}
