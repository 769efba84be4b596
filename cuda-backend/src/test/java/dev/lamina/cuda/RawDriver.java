package dev.lamina.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/// Any PTX on the driver that is loaded, with nothing of ours between: one launch a module.
final class RawDriver implements AutoCloseable {
    private final CUdevice device = new CUdevice();

    RawDriver() {
        CuErrors.check(cuInit(0), "cuInit");
        CuErrors.check(cuDeviceGet(device, 0), "cuDeviceGet");
        // The context that others in this process use too, so that none is taken away from them.
        var context = new CUcontext();
        CuErrors.check(cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        CuErrors.check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    /// Launches `entry` over 2 groups of 64.
    ///
    /// @param args arrays, which are copied to the device and back, and `Integer`, `Float`, `Double`
    void run(String ptx, String entry, List<Object> args) {
        var module = new CUmodule();
        CuErrors.check(cuModuleLoadData(module, (ptx + "\0").getBytes(StandardCharsets.UTF_8)), "cuModuleLoadData");
        var function = new CUfunction();
        CuErrors.check(cuModuleGetFunction(function, module, entry), "cuModuleGetFunction");
        var memory = new ArrayList<CUdeviceptr>();
        var parameters = args.stream()
                .map(a -> switch (a) {
                    case Integer i -> Pointer.to(new int[] {i});
                    case Float f -> Pointer.to(new float[] {f});
                    case Double d -> Pointer.to(new double[] {d});
                    default -> Pointer.to(upload(a, memory));
                })
                .toArray(NativePointerObject[]::new);
        CuErrors.check(
                cuLaunchKernel(function, 2, 1, 1, 64, 1, 1, 0, null, Pointer.to(parameters), null), "cuLaunchKernel");
        CuErrors.check(cuCtxSynchronize(), "cuCtxSynchronize");
        int next = 0;
        for (Object a : args)
            if (a.getClass().isArray()) {
                CuErrors.check(cuMemcpyDtoH(host(a), memory.get(next), bytes(a)), "cuMemcpyDtoH");
                cuMemFree(memory.get(next++));
            }
        cuModuleUnload(module);
    }

    private static CUdeviceptr upload(Object array, List<CUdeviceptr> memory) {
        var p = new CUdeviceptr();
        CuErrors.check(cuMemAlloc(p, bytes(array)), "cuMemAlloc");
        CuErrors.check(cuMemcpyHtoD(p, host(array), bytes(array)), "cuMemcpyHtoD");
        memory.add(p);
        return p;
    }

    private static Pointer host(Object array) {
        return switch (array) {
            case float[] f -> Pointer.to(f);
            case double[] d -> Pointer.to(d);
            case int[] i -> Pointer.to(i);
            case byte[] b -> Pointer.to(b);
            default -> throw new IllegalArgumentException(array.getClass().getName());
        };
    }

    private static long bytes(Object array) {
        return switch (array) {
            case float[] f -> 4L * f.length;
            case double[] d -> 8L * d.length;
            case int[] i -> 4L * i.length;
            case byte[] b -> b.length;
            default -> throw new IllegalArgumentException(array.getClass().getName());
        };
    }

    @Override
    public void close() {
        cuDevicePrimaryCtxRelease(device);
    }
}
