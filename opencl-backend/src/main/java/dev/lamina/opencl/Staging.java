package dev.lamina.opencl;

import static org.jocl.CL.CL_MAP_READ;
import static org.jocl.CL.CL_MAP_WRITE;
import static org.jocl.CL.CL_MAP_WRITE_INVALIDATE_REGION;
import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clEnqueueCopyBuffer;
import static org.jocl.CL.clEnqueueMapBuffer;
import static org.jocl.CL.clEnqueueReadBuffer;
import static org.jocl.CL.clEnqueueUnmapMemObject;
import static org.jocl.CL.clFinish;
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

/// Pinned host memory that copies pass through: for uploads a ring, of which a part is used again when the event of its
/// copy says so; for downloads, which the caller waits for, one piece.
///
/// An upload maps its part of the ring on a queue of its own, which has nothing to wait for, and queues a copy from
/// there behind the work. (A write that does not block would cost a thread for each: JOCL keeps one waiting for it.)
final class Staging implements AutoCloseable {
    private static final int ALIGN = 64;
    private static final int MOST_COPIES = 1024;

    /// A copy under way, from `start` of the endless ring.
    private record Copy(long start, cl_event done) {}

    private final cl_command_queue queue;
    private final cl_command_queue mapping;
    private final int capacity;
    private final int chunk;
    private final cl_mem ring;
    private final ArrayDeque<Copy> copies = new ArrayDeque<>();
    private long head;

    private final Object downloading = new Object();
    private final cl_mem landing;
    private final ByteBuffer landed;

    /// @param queue where the work is
    /// @param mapping a queue that only this object uses
    /// @param capacity bytes of the ring; one copy takes at most a quarter of them at once
    Staging(cl_context context, cl_command_queue queue, cl_command_queue mapping, int capacity) {
        this.queue = queue;
        this.mapping = mapping;
        this.capacity = capacity;
        chunk = capacity / 4;
        ring = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, capacity, null, null);
        landing = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, chunk, null, null);
        landed = clEnqueueMapBuffer(
                mapping, landing, true, CL_MAP_READ | CL_MAP_WRITE, 0, chunk, 0, null, null, null);
    }

    /// Copies `from` to byte `offset` of `to`; the last step is queued, not awaited.
    synchronized void upload(MemorySegment from, cl_mem to, long offset) {
        try {
            for (long at = 0; at < from.byteSize(); at += chunk) {
                int n = (int) Math.min(chunk, from.byteSize() - at);
                int place = reserve(n);
                var filled = fill(place, from.asSlice(at, n));
                var done = new cl_event();
                clEnqueueCopyBuffer(queue, ring, to, place, offset + at, n, 1, new cl_event[] {filled}, done);
                clReleaseEvent(filled);
                copies.add(new Copy(head, done));
                head += n;
            }
            clFlush(queue);
        } catch (CLException e) {
            throw ClErrors.atUse("upload of " + from.byteSize() + " bytes", e);
        }
    }

    private cl_event fill(int place, MemorySegment from) {
        long n = from.byteSize();
        ByteBuffer part =
                clEnqueueMapBuffer(mapping, ring, true, CL_MAP_WRITE_INVALIDATE_REGION, place, n, 0, null, null, null);
        MemorySegment.ofBuffer(part).copyFrom(from);
        var filled = new cl_event();
        clEnqueueUnmapMemObject(mapping, ring, part, 0, null, filled);
        clFlush(mapping);
        return filled;
    }

    /// Where the next `n` bytes of the ring start, once the copies that used them are done; `head` points there.
    private int reserve(int n) {
        head = (head + ALIGN - 1) / ALIGN * ALIGN;
        int place = (int) (head % capacity);
        if (place + n > capacity) {
            head += capacity - place;
            place = 0;
        }
        while (copies.size() >= MOST_COPIES
                || !copies.isEmpty() && head + n - copies.getFirst().start() > capacity) await(copies.poll());
        return place;
    }

    private static void await(Copy copy) {
        try {
            clWaitForEvents(1, new cl_event[] {copy.done()});
        } finally {
            clReleaseEvent(copy.done());
        }
    }

    /// Copies from byte `offset` of `from`, after all work that was queued before, and waits for it.
    void download(cl_mem from, long offset, MemorySegment to) {
        synchronized (downloading) {
            try {
                for (long at = 0; at < to.byteSize(); at += chunk) {
                    long n = Math.min(chunk, to.byteSize() - at);
                    clEnqueueReadBuffer(queue, from, true, offset + at, n, Pointer.to(landed), 0, null, null);
                    MemorySegment.copy(MemorySegment.ofBuffer(landed), 0, to, at, n);
                }
            } catch (CLException e) {
                throw ClErrors.failed("download of " + to.byteSize() + " bytes", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        while (!copies.isEmpty()) await(copies.poll());
        clEnqueueUnmapMemObject(mapping, landing, landed, 0, null, null);
        clFinish(mapping);
        clReleaseMemObject(landing);
        clReleaseMemObject(ring);
    }
}
