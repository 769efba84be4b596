package dev.lamina.opencl;

import static org.jocl.CL.CL_MAP_READ;
import static org.jocl.CL.CL_MAP_WRITE;
import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clEnqueueCopyBuffer;
import static org.jocl.CL.clEnqueueMapBuffer;
import static org.jocl.CL.clEnqueueReadBuffer;
import static org.jocl.CL.clEnqueueUnmapMemObject;
import static org.jocl.CL.clEnqueueWriteBuffer;
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

/// Copies between host and device that do not wait for more than they must.
///
/// An upload goes from pinned host memory into a ring on the device, on a queue of its own and so beside the
/// work that is under way; a copy from the ring to its place is queued behind that work. A part of the ring is
/// used again when the event of its copy says so. (A write that does not block, straight to its place, would
/// wait for the work and keep a thread of JOCL's waiting for each.)
final class Staging implements AutoCloseable {
    private static final int ALIGN = 64;
    private static final int MOST_COPIES = 1024;

    /// A copy under way, from `start` of the endless ring.
    private record Copy(long start, cl_event done) {}

    /// Host memory that the device reaches without the driver's help.
    private record Pinned(cl_mem memory, ByteBuffer mapped, Pointer pointer, MemorySegment bytes) {
        static Pinned of(cl_context context, cl_command_queue queue, int size) {
            cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, size, null, null);
            ByteBuffer mapped =
                    clEnqueueMapBuffer(queue, memory, true, CL_MAP_READ | CL_MAP_WRITE, 0, size, 0, null, null, null);
            return new Pinned(memory, mapped, Pointer.to(mapped), MemorySegment.ofBuffer(mapped));
        }

        void release(cl_command_queue queue) {
            clEnqueueUnmapMemObject(queue, memory, mapped, 0, null, null);
            clFinish(queue);
            clReleaseMemObject(memory);
        }
    }

    private final cl_command_queue work;
    private final cl_command_queue transfers;
    private final int capacity;
    private final int chunk;
    private final cl_mem ring;
    private final Pinned leaving;
    private final Pinned arriving;
    private final ArrayDeque<Copy> copies = new ArrayDeque<>();
    private final Object downloading = new Object();
    private long head;

    /// @param transfers a queue that only this object uses
    /// @param capacity bytes of the ring; one copy takes at most a quarter of them at once
    Staging(cl_context context, cl_command_queue work, cl_command_queue transfers, int capacity) {
        this.work = work;
        this.transfers = transfers;
        this.capacity = capacity;
        chunk = capacity / 4;
        ring = clCreateBuffer(context, CL_MEM_READ_WRITE, capacity, null, null);
        leaving = Pinned.of(context, transfers, chunk);
        arriving = Pinned.of(context, transfers, chunk);
    }

    /// Copies `from` to byte `offset` of `to`; the last step is queued, not awaited.
    synchronized void upload(MemorySegment from, cl_mem to, long offset) {
        try {
            for (long at = 0; at < from.byteSize(); at += chunk) {
                int n = (int) Math.min(chunk, from.byteSize() - at);
                int place = reserve(n);
                MemorySegment.copy(from, at, leaving.bytes(), 0, n);
                clEnqueueWriteBuffer(transfers, ring, true, place, n, leaving.pointer(), 0, null, null);
                var done = new cl_event();
                clEnqueueCopyBuffer(work, ring, to, place, offset + at, n, 0, null, done);
                copies.add(new Copy(head, done));
                head += n;
            }
            clFlush(work);
        } catch (CLException e) {
            throw ClErrors.atUse("upload of " + from.byteSize() + " bytes", e);
        }
    }

    /// Where the next `n` bytes of the ring start, once the copies that used them are done; `head` points
    /// there.
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
                    clEnqueueReadBuffer(work, from, true, offset + at, n, arriving.pointer(), 0, null, null);
                    MemorySegment.copy(arriving.bytes(), 0, to, at, n);
                }
            } catch (CLException e) {
                throw ClErrors.failed("download of " + to.byteSize() + " bytes", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        while (!copies.isEmpty()) await(copies.poll());
        leaving.release(transfers);
        arriving.release(transfers);
        clReleaseMemObject(ring);
    }
}
