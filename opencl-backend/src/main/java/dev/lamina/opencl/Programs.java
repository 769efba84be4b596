package dev.lamina.opencl;

import static org.jocl.CL.CL_KERNEL_LOCAL_MEM_SIZE;
import static org.jocl.CL.CL_KERNEL_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_PROGRAM_BUILD_LOG;
import static org.jocl.CL.clBuildProgram;
import static org.jocl.CL.clCreateKernel;
import static org.jocl.CL.clCreateProgramWithBinary;
import static org.jocl.CL.clCreateProgramWithSource;
import static org.jocl.CL.clGetKernelWorkGroupInfo;
import static org.jocl.CL.clGetProgramBuildInfo;
import static org.jocl.CL.clReleaseKernel;
import static org.jocl.CL.clReleaseProgram;

import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.ProgramCache;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_program;

/// Text to kernel, through the cache on disk.
final class Programs implements AutoCloseable {
    /// What every GPU has: a kernel that needs more is a mistake even where the device is a processor with
    /// more.
    private static final int MOST_LOCAL = 48 * 1024;

    private final cl_context context;
    private final cl_device_id[] device;
    private final int mostLocal;
    private final ProgramCache cache;
    private final BinarySaver saver;

    Programs(cl_context context, ClDevice device, ProgramCache cache) {
        this.context = context;
        this.device = new cl_device_id[] {device.handle()};
        this.mostLocal = Math.min(MOST_LOCAL, device.limits().localBytes());
        this.cache = cache;
        saver = new BinarySaver(cache);
    }

    ClKernel kernel(String source, String entry) {
        cl_program program = cache.get(source).flatMap(this::load).orElseGet(() -> build(source, entry));
        cl_kernel kernel = null;
        try {
            kernel = clCreateKernel(program, entry, null);
            long local = info(kernel, CL_KERNEL_LOCAL_MEM_SIZE);
            if (local > mostLocal)
                throw new KernelException(
                        entry + " needs " + local + " bytes of local memory, over the limit of " + mostLocal);
            return new ClKernel(kernel, entry, (int) info(kernel, CL_KERNEL_WORK_GROUP_SIZE));
        } catch (CLException e) {
            if (kernel != null) clReleaseKernel(kernel);
            throw ClErrors.failed("kernel " + entry, e);
        } finally {
            clReleaseProgram(program); // a kernel keeps its program
        }
    }

    /// A driver may refuse what it wrote itself, after an update that left its version alone.
    private Optional<cl_program> load(byte[] binary) {
        cl_program program = null;
        try {
            program = clCreateProgramWithBinary(
                    context, 1, device, new long[] {binary.length}, new byte[][] {binary}, null, null);
            clBuildProgram(program, 1, device, null, null, null);
            return Optional.of(program);
        } catch (CLException e) {
            if (program != null) clReleaseProgram(program);
            return Optional.empty();
        }
    }

    private cl_program build(String source, String entry) {
        cl_program program = clCreateProgramWithSource(context, 1, new String[] {source}, null, null);
        try {
            clBuildProgram(program, 1, device, null, null, null);
        } catch (CLException e) {
            String log = log(program);
            clReleaseProgram(program);
            throw new KernelException("kernel " + entry + " does not build: " + ClErrors.name(e) + "\n" + log, e);
        }
        saver.later(source, program);
        return program;
    }

    private String log(cl_program program) {
        var length = new long[1];
        clGetProgramBuildInfo(program, device[0], CL_PROGRAM_BUILD_LOG, 0, null, length);
        var bytes = new byte[Math.toIntExact(length[0])];
        clGetProgramBuildInfo(program, device[0], CL_PROGRAM_BUILD_LOG, bytes.length, Pointer.to(bytes), null);
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
    }

    private long info(cl_kernel kernel, int what) {
        var value = new long[1];
        clGetKernelWorkGroupInfo(kernel, device[0], what, Long.BYTES, Pointer.to(value), null);
        return value[0];
    }

    @Override
    public void close() {
        saver.close();
    }
}
