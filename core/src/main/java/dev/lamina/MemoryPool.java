package dev.lamina;

import dev.lamina.backend.Backend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The memory of one device: live buffers, freed ones kept for reuse by size, and the limit. One pool serves
/// every backend. Sizes are rounded up to eighths of a power of two, so that at most an eighth is wasted.
final class MemoryPool {
    private static final int SMALLEST = 16;
    private static final int LISTED = 8;

    private record Size(DType dtype, long elements) {
        long bytes() {
            return elements * dtype.bytes();
        }
    }

    /// Free buffers of one size.
    private record Shelf(Size size, ArrayDeque<Block> free) {}

    /// A buffer, and where it belongs when it is free.
    record Block(Object memory, Shelf shelf) {
        private long bytes() {
            return shelf.size.bytes();
        }
    }

    private final String device;
    private final Backend backend;
    private final long limit;
    private final Map<Size, Shelf> shelves = new HashMap<>();
    private final Link<Storage.Owner> live = Link.head();
    private long liveBuffers;
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

    /// Gives `owner` memory, from the pool or the backend; false if there is no room.
    synchronized boolean tryGive(Storage.Owner owner) {
        Shelf shelf = shelf(owner.spec);
        long bytes = shelf.size.bytes();
        Block block = shelf.free.poll();
        if (block != null) pooledBytes -= bytes;
        else {
            if (liveBytes + pooledBytes + bytes > limit) empty();
            refusal = null;
            if (liveBytes + bytes > limit) return false;
            try {
                block = new Block(backend.allocate(shelf.size.dtype, shelf.size.elements), shelf);
            } catch (Backend.OutOfMemory e) {
                refusal = e.getMessage();
                return false;
            }
        }
        owner.block = block;
        live.add(owner.inPool);
        liveBuffers++;
        liveBytes += bytes;
        peakBytes = Math.max(peakBytes, liveBytes);
        return true;
    }

    /// Takes the memory back, once.
    synchronized void takeBack(Storage.Owner owner) {
        Block block = owner.block;
        if (block == null) return;
        owner.block = null;
        owner.inPool.leave();
        liveBuffers--;
        liveBytes -= block.bytes();
        pooledBytes += block.bytes();
        block.shelf.free.push(block);
    }

    /// Gives all pooled memory back to the device.
    synchronized void empty() {
        for (Shelf shelf : shelves.values()) for (Block b; (b = shelf.free.poll()) != null; ) backend.free(b.memory);
        pooledBytes = 0;
    }

    synchronized MemoryStats stats() {
        return new MemoryStats(liveBuffers, liveBytes, peakBytes, pooledBytes, limit);
    }

    synchronized OutOfDeviceMemoryException outOfMemory(Spec spec) {
        return outOfMemory(shelf(spec).size.bytes() + " bytes for " + spec, refusal);
    }

    /// @param reason the device's own words, or null
    synchronized OutOfDeviceMemoryException outOfMemory(String requested, String reason) {
        var largest = new HashMap<String, Long>();
        live.forEach(
                o -> largest.merge(o.spec + (o.layer.isEmpty() ? "" : " in " + o.layer), o.block.bytes(), Long::sum));
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

    private Shelf shelf(Spec spec) {
        long n = Math.max(SMALLEST, spec.shape().size());
        long step = Math.max(SMALLEST, Long.highestOneBit(n) / 8);
        var size = new Size(spec.dtype(), (n + step - 1) / step * step);
        return shelves.computeIfAbsent(size, s -> new Shelf(s, new ArrayDeque<>()));
    }
}
