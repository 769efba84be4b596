package dev.lamina.cuda;

import static jcuda.driver.CUevent_flags.CU_EVENT_DISABLE_TIMING;
import static jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_PORTABLE;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;

/// Copies between host and device that do not wait for more than they must.
///
/// An upload goes through a ring of pinned host memory into a ring on the device, on a stream of its own and so
/// beside the work that is under way; a copy from that ring to its place is queued behind the work, since the
/// place may be memory that earlier kernels still read. A part of both rings is used again when the event of
/// its last copy says so.
final class Staging implements AutoCloseable {
    private static final int ALIGN = 64;

    /// A copy under way, from `start` of the endless ring.
    private record Copy(long start, CUevent arrived, CUevent done) {}

    private final CuContext context;
    private final CUstream work;
    private final CUstream transfers;
    private final int capacity;
    private final int chunk;
    private final CUdeviceptr ring = new CUdeviceptr();
    private final Pointer leaving = new Pointer();
    private final Pointer arriving = new Pointer();
    private final MemorySegment leavingBytes;
    private final MemorySegment arrivingBytes;
    private final ArrayDeque<Copy> copies = new ArrayDeque<>();
    private final Object downloading = new Object();
    private long head;

    /// @param transfers a stream that only this object uses
    /// @param capacity bytes of the rings; one copy takes at most a quarter of them at once
    Staging(CuContext context, CUstream work, CUstream transfers, int capacity) {
        this.context = context;
        this.work = work;
        this.transfers = transfers;
        this.capacity = capacity;
        chunk = capacity / 4;
        CuErrors.check(cuMemAlloc(ring, capacity), "staging memory");
        CuErrors.check(cuMemHostAlloc(leaving, capacity, CU_MEMHOSTALLOC_PORTABLE), "pinned memory");
        CuErrors.check(cuMemHostAlloc(arriving, chunk, CU_MEMHOSTALLOC_PORTABLE), "pinned memory");
        leavingBytes = MemorySegment.ofBuffer(leaving.getByteBuffer(0, capacity));
        arrivingBytes = MemorySegment.ofBuffer(arriving.getByteBuffer(0, chunk));
    }

    /// Copies `from` to byte `offset` of `to`; nothing is awaited unless the ring is full.
    synchronized void upload(MemorySegment from, CUdeviceptr to, long offset) {
        context.enter();
        String what = "upload of " + from.byteSize() + " bytes";
        for (long at = 0; at < from.byteSize(); at += chunk) {
            int n = (int) Math.min(chunk, from.byteSize() - at);
            int place = reserve(n);
            MemorySegment.copy(from, at, leavingBytes, place, n);
            var copy = new Copy(head, event(), event());
            CUdeviceptr there = ring.withByteOffset(place);
            CuErrors.check(cuMemcpyHtoDAsync(there, leaving.withByteOffset(place), n, transfers), what);
            CuErrors.check(cuEventRecord(copy.arrived, transfers), what);
            CuErrors.check(cuStreamWaitEvent(work, copy.arrived, 0), what);
            CuErrors.check(cuMemcpyDtoDAsync(to.withByteOffset(offset + at), there, n, work), what);
            CuErrors.check(cuEventRecord(copy.done, work), what);
            copies.add(copy);
            head += n;
        }
    }

    private static CUevent event() {
        var e = new CUevent();
        CuErrors.check(cuEventCreate(e, CU_EVENT_DISABLE_TIMING), "cuEventCreate");
        return e;
    }

    /// Where the next `n` bytes of the rings start, once the copies that used them are done; `head` points there.
    private int reserve(int n) {
        head = (head + ALIGN - 1) / ALIGN * ALIGN;
        int place = (int) (head % capacity);
        if (place + n > capacity) {
            head += capacity - place;
            place = 0;
        }
        while (!copies.isEmpty() && head + n - copies.getFirst().start() > capacity) finish(copies.poll());
        return place;
    }

    private static void finish(Copy copy) {
        int result = cuEventSynchronize(copy.done);
        cuEventDestroy(copy.arrived);
        cuEventDestroy(copy.done);
        CuErrors.check(result, "waiting for an upload");
    }

    /// Copies from byte `offset` of `from`, after all work that was queued before, and waits for it.
    void download(CUdeviceptr from, long offset, MemorySegment to) {
        String what = "download of " + to.byteSize() + " bytes";
        synchronized (downloading) {
            context.enter();
            for (long at = 0; at < to.byteSize(); at += chunk) {
                long n = Math.min(chunk, to.byteSize() - at);
                CuErrors.check(cuMemcpyDtoHAsync(arriving, from.withByteOffset(offset + at), n, work), what);
                CuErrors.check(cuStreamSynchronize(work), what);
                MemorySegment.copy(arrivingBytes, 0, to, at, n);
            }
        }
    }

    @Override
    public synchronized void close() {
        context.enter();
        while (!copies.isEmpty()) finish(copies.poll());
        cuMemFreeHost(leaving);
        cuMemFreeHost(arriving);
        cuMemFree(ring);
    }
}
