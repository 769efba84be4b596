package dev.lamina.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;

import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;

/// The primary context of a device, which calls of the driver take from the thread that makes them.
final class CuContext implements AutoCloseable {
    /// What a platform thread used last: a call to set it costs as much as a launch.
    private static final ThreadLocal<CUcontext> CURRENT = new ThreadLocal<>();

    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();

    CuContext(CudaDevice of) {
        CuErrors.check(cuDeviceGet(device, of.ordinal()), "cuDeviceGet");
        CuErrors.check(cuDevicePrimaryCtxRetain(context, device), "opening " + of.name());
    }

    /// Makes the context that of this thread, for calls that follow without waiting for anything: after a lock, a
    /// virtual thread may go on in another thread of the system, which has a context of its own.
    void enter() {
        boolean stays = !Thread.currentThread().isVirtual();
        if (stays && CURRENT.get() == context) return;
        CuErrors.check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
        if (stays) CURRENT.set(context);
    }

    @Override
    public void close() {
        CURRENT.remove();
        cuDevicePrimaryCtxRelease(device);
    }
}
