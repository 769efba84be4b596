package dev.lamina.opencl;

import static org.jocl.CL.clEnqueueNDRangeKernel;
import static org.jocl.CL.clReleaseKernel;
import static org.jocl.CL.clSetKernelArg;

import dev.lamina.kernels.KernelException;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/// One kernel object. Its arguments are state of the object, so two threads must not set them at once.
///
/// @param mostItems the most items of a group, as the registers of this kernel allow
record ClKernel(cl_kernel handle, String entry, int mostItems) {
    synchronized void launch(cl_command_queue queue, int groups, int groupSize, Object... args) {
        if (groupSize > mostItems)
            throw new KernelException(entry + ": a group of " + groupSize + " items, this device runs at most "
                    + mostItems + " of this kernel");
        for (int i = 0; i < args.length; i++) set(i, args[i]);
        try {
            clEnqueueNDRangeKernel(
                    queue,
                    handle,
                    1,
                    null,
                    new long[] {(long) groups * groupSize},
                    new long[] {groupSize},
                    0,
                    null,
                    null);
        } catch (CLException e) {
            throw ClErrors.atUse("launch of " + entry + " with " + groups + " groups of " + groupSize, e);
        }
    }

    private void set(int i, Object arg) {
        try {
            switch (arg) {
                case cl_mem m -> clSetKernelArg(handle, i, Sizeof.cl_mem, Pointer.to(m));
                case Integer v -> clSetKernelArg(handle, i, Integer.BYTES, Pointer.to(new int[] {v}));
                case Float v -> clSetKernelArg(handle, i, Float.BYTES, Pointer.to(new float[] {v}));
                case Double v -> clSetKernelArg(handle, i, Double.BYTES, Pointer.to(new double[] {v}));
                default -> throw new KernelException(entry + ": argument " + i + " is a " + arg.getClass());
            }
        } catch (CLException e) {
            throw ClErrors.failed("argument " + i + " of " + entry + " (" + arg + ")", e);
        }
    }

    void release() {
        clReleaseKernel(handle);
    }
}
