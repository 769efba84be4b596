package dev.lamina;

import dev.lamina.backend.Backend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The memory of one device: live buffers, freed ones kept for reuse by size, and the limit. One pool serves
/// every backend. Sizes are rounded up to eighths of a power of two, so that at most an eighth is wasted.
final class MemoryPool {
    private static final int SMALLEST = 16;
    private static final int LISTED = 8;

    private record Key(DType dtype, long elements) {
        long bytes() {
            return elements * dtype.bytes();
        }
    }

    private final String device;
    private final Backend backend;
    private final long limit;
    private final Map<Key, ArrayDeque<Object>> free = new HashMap<>();
    private final Map<Storage.Owner, Key> live = new IdentityHashMap<>();
    private long liveBytes;
    private long peakBytes;
    private long pooledBytes;

    /// What the device said when it last refused memory.
    private String refusal;

    MemoryPool(String device, Backend backend, long limit) {
        this.device = device;
        this.backend = backend;
        this.limit = limit;
    }

    /// Memory for `spec`, from the pool or the backend; null if there is no room.
    synchronized Object tryTake(Spec spec) {
        Key key = key(spec);
        var list = free.get(key);
        Object m = list == null ? null : list.poll();
        if (m != null) pooledBytes -= key.bytes();
        else {
            if (liveBytes + pooledBytes + key.bytes() > limit) empty();
            refusal = null;
            if (liveBytes + key.bytes() > limit) return null;
            try {
                m = backend.allocate(key.dtype(), key.elements());
            } catch (Backend.OutOfMemory e) {
                refusal = e.getMessage();
                return null;
            }
        }
        liveBytes += key.bytes();
        peakBytes = Math.max(peakBytes, liveBytes);
        return m;
    }

    synchronized void own(Storage.Owner owner) {
        live.put(owner, key(owner.spec));
    }

    synchronized void giveBack(Storage.Owner owner, Object memory) {
        Key key = live.remove(owner);
        liveBytes -= key.bytes();
        pooledBytes += key.bytes();
        free.computeIfAbsent(key, _ -> new ArrayDeque<>()).push(memory);
    }

    /// Gives all pooled memory back to the device.
    synchronized void empty() {
        free.values().forEach(list -> list.forEach(backend::free));
        free.clear();
        pooledBytes = 0;
    }

    synchronized MemoryStats stats() {
        return new MemoryStats(live.size(), liveBytes, peakBytes, pooledBytes, limit);
    }

    synchronized OutOfDeviceMemoryException outOfMemory(Spec spec) {
        return outOfMemory(key(spec).bytes() + " bytes for " + spec, refusal);
    }

    /// @param reason the device's own words, or null
    synchronized OutOfDeviceMemoryException outOfMemory(String requested, String reason) {
        var largest = live.keySet().stream()
                .collect(Collectors.groupingBy(
                        o -> o.spec + (o.layer.isEmpty() ? "" : " in " + o.layer),
                        Collectors.summingLong(o -> key(o.spec).bytes())));
        List<String> lines = new ArrayList<>();
        largest.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(LISTED)
                .forEach(e -> lines.add("  " + e.getValue() + " bytes: " + e.getKey()));
        return new OutOfDeviceMemoryException("out of memory on " + device + ": requested " + requested + ", live "
                + liveBytes + ", pooled " + pooledBytes + ", limit "
                + (limit == Long.MAX_VALUE ? "of the device" : Long.toString(limit))
                + (reason == null ? "" : " (" + reason + ")")
                + "; use a smaller batch or model, or give the device more memory. Largest tensors:\n"
                + String.join("\n", lines));
    }

    private static Key key(Spec spec) {
        long n = Math.max(SMALLEST, spec.shape().size());
        long step = Math.max(SMALLEST, Long.highestOneBit(n) / 8);
        return new Key(spec.dtype(), (n + step - 1) / step * step);
    }
}
