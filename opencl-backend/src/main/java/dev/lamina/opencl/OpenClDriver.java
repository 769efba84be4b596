package dev.lamina.opencl;

import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clCreateCommandQueue;
import static org.jocl.CL.clCreateContext;
import static org.jocl.CL.clEnqueueFillBuffer;
import static org.jocl.CL.clFinish;
import static org.jocl.CL.clFlush;
import static org.jocl.CL.clReleaseCommandQueue;
import static org.jocl.CL.clReleaseContext;
import static org.jocl.CL.clReleaseMemObject;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_mem;

/// One OpenCL device behind one in-order queue (a second one brings uploads to the device); memory objects are
/// `cl_mem`.
final class OpenClDriver implements GpuDriver {
    private static final int STAGING = 16 << 20;
    private static final int SMALLEST = 16;

    /// Some drivers start nothing before a flush, and a flush for each launch costs as much as the launch.
    private static final int LAUNCHES_PER_FLUSH = 8;

    private final ClDevice device;
    private final cl_context context;
    private final cl_command_queue queue;
    private final Programs programs;
    private final cl_command_queue transfers;
    private final Staging staging;
    private final Queue<ClKernel> kernels = new ConcurrentLinkedQueue<>();
    private final AtomicInteger launches = new AtomicInteger();

    OpenClDriver(ClDevice device) {
        this(device, new ProgramCache(ProgramCache.defaultFolder(), name(device)), STAGING);
    }

    /// @param stagingBytes the ring that copies pass through
    OpenClDriver(ClDevice device, ProgramCache cache, int stagingBytes) {
        this.device = device;
        try {
            var platform = new cl_context_properties();
            platform.addProperty(org.jocl.CL.CL_CONTEXT_PLATFORM, device.platform());
            context = clCreateContext(platform, 1, new cl_device_id[] {device.handle()}, null, null, null);
            queue = inOrderQueue(context, device.handle());
            transfers = inOrderQueue(context, device.handle());
            staging = new Staging(context, queue, transfers, stagingBytes);
        } catch (CLException e) {
            throw ClErrors.failed("opening " + device.name(), e);
        }
        programs = new Programs(context, device, cache);
    }

    /// OpenCL 1.2 has no other call for this.
    @SuppressWarnings("deprecation")
    private static cl_command_queue inOrderQueue(cl_context context, cl_device_id device) {
        return clCreateCommandQueue(context, device, 0, null);
    }

    private static String name(ClDevice device) {
        return device.name() + "\n" + device.driver();
    }

    @Override
    public String name() {
        return name(device);
    }

    @Override
    public Limits limits() {
        return device.limits();
    }

    @Override
    public Object allocate(long bytes) {
        if (bytes > device.largest())
            throw new Backend.OutOfMemory(
                    "a buffer of " + bytes + " bytes is over the largest that " + device.name() + " gives, "
                            + device.largest() + " (CL_DEVICE_MAX_MEM_ALLOC_SIZE)",
                    null);
        long size = Math.max(SMALLEST, bytes);
        cl_mem memory = null;
        try {
            memory = clCreateBuffer(context, CL_MEM_READ_WRITE, size, null, null);
            // Drivers allocate at first use: use it here, where the pool can still be emptied and asked again.
            clEnqueueFillBuffer(queue, memory, Pointer.to(new int[1]), Integer.BYTES, 0, Integer.BYTES, 0, null, null);
            return memory;
        } catch (CLException e) {
            if (memory != null) clReleaseMemObject(memory);
            throw ClErrors.atUse("a buffer of " + bytes + " bytes", e);
        }
    }

    /// Queued commands hold their buffers, so this frees nothing that is still in use.
    @Override
    public void free(Object memory) {
        try {
            clReleaseMemObject((cl_mem) memory);
        } catch (CLException e) {
            throw ClErrors.failed("free", e);
        }
    }

    @Override
    public void upload(MemorySegment from, Object to, long offset) {
        staging.upload(from, (cl_mem) to, offset);
    }

    @Override
    public void download(Object from, long offset, MemorySegment to) {
        staging.download((cl_mem) from, offset, to);
    }

    /// What the compiler gets, and the key of what it makes.
    static String source(KernelText text) {
        return GpuDriver.preludeText("prelude.opencl.h") + text.source();
    }

    @Override
    public Object compile(KernelText text) {
        ClKernel kernel = programs.kernel(source(text), text.entry());
        kernels.add(kernel);
        return kernel;
    }

    @Override
    public void launch(Object kernel, int groups, int groupSize, Object... args) {
        ((ClKernel) kernel).launch(queue, groups, groupSize, args);
        if (launches.incrementAndGet() % LAUNCHES_PER_FLUSH == 0) clFlush(queue);
    }

    @Override
    public void sync() {
        try {
            clFinish(queue);
        } catch (CLException e) {
            throw ClErrors.failed("waiting for the device", e);
        }
    }

    @Override
    public void close() {
        sync();
        programs.close();
        kernels.forEach(ClKernel::release);
        staging.close();
        clReleaseCommandQueue(transfers);
        clReleaseCommandQueue(queue);
        clReleaseContext(context);
    }
}
