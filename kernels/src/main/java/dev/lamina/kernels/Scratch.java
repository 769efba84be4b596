package dev.lamina.kernels;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// Device memory for what an op keeps between its kernels. A piece is handed on as soon as the last kernel that
/// uses it is queued: the next user's kernels come later in the same queue.
final class Scratch {
    private static final long SMALLEST = 4096;

    private final GpuDriver driver;
    private final Map<Long, ConcurrentLinkedQueue<Object>> free = new ConcurrentHashMap<>();

    Scratch(GpuDriver driver) {
        this.driver = driver;
    }

    /// Lends at least `bytes` to `use`, which queues all kernels that touch it.
    void lend(long bytes, Consumer<Object> use) {
        long size = Math.max(SMALLEST, Long.highestOneBit(Math.max(1, bytes - 1)) * 2);
        var pieces = free.computeIfAbsent(size, _ -> new ConcurrentLinkedQueue<>());
        Object m = pieces.poll();
        if (m == null) m = driver.allocate(size);
        var profile = Profile.current();
        if (profile != null) profile.lent(m, bytes);
        try {
            use.accept(m);
        } finally {
            pieces.add(m);
        }
    }

    /// Gives everything back to the device.
    void empty() {
        for (var pieces : free.values()) for (Object m = pieces.poll(); m != null; m = pieces.poll()) driver.free(m);
    }
}
