package dev.lamina.data;

import dev.lamina.DataException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;

/// Batches in order, of which the next few are being prepared. Each is one virtual thread that ends with its
/// batch; none waits for a consumer, so an iteration that is abandoned leaves nothing behind.
final class Prefetch implements Iterator<HostBatch> {
    private final int workers;
    private final IntFunction<HostBatch> read;
    private final ArrayDeque<FutureTask<HostBatch>> ahead = new ArrayDeque<>();
    private int submitted;
    private boolean ended;
    private HostBatch head;

    /// @param workers how many batches to prepare ahead; 0 prepares them on the caller's thread
    /// @param read gives batch i, or null past the end; called from many threads
    Prefetch(int workers, IntFunction<HostBatch> read) {
        this.workers = workers;
        this.read = read;
        fill();
    }

    private void fill() {
        while (!ended && ahead.size() < workers) {
            FutureTask<HostBatch> task = task();
            Thread.ofVirtual().name("lamina-loader").start(task);
        }
    }

    private FutureTask<HostBatch> task() {
        int batch = submitted++;
        var task = new FutureTask<>(() -> read.apply(batch));
        ahead.add(task);
        return task;
    }

    @Override
    public boolean hasNext() {
        if (head == null && !ended) head = take();
        return head != null;
    }

    @Override
    public HostBatch next() {
        if (!hasNext()) throw new NoSuchElementException("data loader: the epoch is over");
        HostBatch result = head;
        head = null;
        return result;
    }

    private HostBatch take() {
        if (workers == 0) task().run();
        HostBatch result = null;
        try {
            result = ahead.remove().get();
            return result;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            if (e.getCause() instanceof Error cause) throw cause;
            throw new DataException("data loader: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("data loader: interrupted while it waited for a batch", e);
        } finally {
            ended = result == null;
            if (ended) ahead.clear();
            fill();
        }
    }
}
