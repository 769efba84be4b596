package dev.lamina.opencl;

import static org.jocl.CL.CL_MAP_READ;
import static org.jocl.CL.CL_MAP_WRITE;
import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_TRUE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clEnqueueMapBuffer;
import static org.jocl.CL.clEnqueueReadBuffer;
import static org.jocl.CL.clEnqueueUnmapMemObject;
import static org.jocl.CL.clEnqueueWriteBuffer;
import static org.jocl.CL.clFlush;
import static org.jocl.CL.clReleaseEvent;
import static org.jocl.CL.clReleaseMemObject;
import static org.jocl.CL.clWaitForEvents;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_mem;

/// A ring of pinned host memory that transfers pass through. The caller's bytes are free as soon as they are copied
/// into the ring; a part of the ring is used again when the event of its transfer says so.
final class Staging implements AutoCloseable {
    private static final int ALIGN = 64;

    /// JOCL keeps one thread waiting for each transfer under way.
    private static final int MOST_PARTS = 32;

    /// A transfer under way, from `start` of the endless ring.
    private record Part(long start, cl_event done) {}

    private final cl_command_queue queue;
    private final cl_mem pinned;
    private final ByteBuffer mapped;
    private final Pointer pointer;
    private final MemorySegment host;
    private final int chunk;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private long head;

    /// @param capacity bytes of the ring; one transfer takes at most a quarter of them at once
    Staging(cl_context context, cl_command_queue queue, int capacity) {
        this.queue = queue;
        chunk = capacity / 4;
        pinned = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, capacity, null, null);
        mapped = clEnqueueMapBuffer(
                queue, pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, capacity, 0, null, null, null);
        pointer = Pointer.to(mapped);
        host = MemorySegment.ofBuffer(mapped);
    }

    /// Copies `from` to byte `offset` of `to`; the last step is queued, not awaited.
    synchronized void upload(MemorySegment from, cl_mem to, long offset) {
        for (long at = 0; at < from.byteSize(); at += chunk) {
            int n = (int) Math.min(chunk, from.byteSize() - at);
            int place = reserve(n);
            MemorySegment.copy(from, at, host, place, n);
            var done = new cl_event();
            try {
                clEnqueueWriteBuffer(queue, to, false, offset + at, n, pointer.withByteOffset(place), 0, null, done);
            } catch (CLException e) {
                throw ClErrors.atUse("upload of " + from.byteSize() + " bytes", e);
            }
            parts.add(new Part(head, done));
            head += n;
        }
        clFlush(queue);
    }

    /// Copies from byte `offset` of `from`, after all work that was queued before, and waits for it.
    synchronized void download(cl_mem from, long offset, MemorySegment to) {
        try {
            for (long at = 0; at < to.byteSize(); at += chunk) {
                int n = (int) Math.min(chunk, to.byteSize() - at);
                int place = reserve(n);
                clEnqueueReadBuffer(queue, from, true, offset + at, n, pointer.withByteOffset(place), 0, null, null);
                MemorySegment.copy(host, place, to, at, n);
            }
        } catch (CLException e) {
            throw ClErrors.failed("download of " + to.byteSize() + " bytes", e);
        }
    }

    /// Where the next `n` bytes of the ring start, once the transfers that used them are done; `head` points there.
    private int reserve(int n) {
        head = (head + ALIGN - 1) / ALIGN * ALIGN;
        int capacity = (int) host.byteSize();
        int place = (int) (head % capacity);
        if (place + n > capacity) {
            head += capacity - place;
            place = 0;
        }
        while (parts.size() >= MOST_PARTS
                || !parts.isEmpty() && head + n - parts.getFirst().start() > capacity) await(parts.poll());
        return place;
    }

    private static void await(Part part) {
        try {
            clWaitForEvents(1, new cl_event[] {part.done()});
        } catch (CLException e) {
            throw ClErrors.failed("upload", e);
        } finally {
            clReleaseEvent(part.done());
        }
    }

    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) await(parts.poll());
        clEnqueueUnmapMemObject(queue, pinned, mapped, 0, null, null);
        clReleaseMemObject(pinned);
    }
}
