package dev.lamina.cuda;

import static jcuda.driver.CUstream_flags.CU_STREAM_NON_BLOCKING;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemAllocAsync;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeAsync;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.MapProgram;
import dev.lamina.kernels.Products;
import dev.lamina.kernels.ProgramCache;
import dev.lamina.kernels.ptx.MapPtx;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;

/// One device through the NVIDIA driver alone: its primary context, one stream for the work and one that brings
/// uploads to the device; memory objects are `CUdeviceptr`.
///
/// Everything that computes is on one stream, so memory that the pool above hands out again is not touched before
/// the kernels that used it have ended.
final class CudaDriver implements GpuDriver {
    private static final int STAGING = 16 << 20;
    private static final Library NO_CUBLAS = new Library(null, "a simulated device has nothing to run cuBLAS on");

    private final CudaDevice device;
    private final CuContext context;
    private final CUstream work = new CUstream();
    private final CUstream transfers = new CUstream();
    private final Staging staging;
    private final Launches launches;
    private final Queue<CuKernel> kernels = new ConcurrentLinkedQueue<>();

    private final Cublas cublas;
    private final Supplier<Library> nvrtc;

    CudaDriver(CudaDevice device) {
        this(device, STAGING);
    }

    /// @param stagingBytes the rings that copies pass through
    CudaDriver(CudaDevice device, int stagingBytes) {
        this(device, stagingBytes, device.simulated() ? () -> NO_CUBLAS : Cublas::library, Nvrtc::library);
    }

    /// @param blas cuBLAS, asked for at the first product that it could do
    /// @param nvrtc the compiler, asked for when a kernel was not shipped
    CudaDriver(CudaDevice device, int stagingBytes, Supplier<Library> blas, Supplier<Library> nvrtc) {
        this.device = device;
        this.nvrtc = nvrtc;
        context = new CuContext(device);
        cublas = new Cublas(device, context, work, blas);
        launches = new Launches(context, work);
        context.enter();
        CuErrors.check(cuStreamCreate(work, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        CuErrors.check(cuStreamCreate(transfers, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        staging = new Staging(context, work, transfers, stagingBytes);
    }

    @Override
    public String name() {
        return device.name() + " " + device.capability() + "\nCUDA " + device.driver();
    }

    @Override
    public Limits limits() {
        return device.limits();
    }

    @Override
    public boolean tensorCores() {
        return device.tensorCores();
    }

    @Override
    public Object allocate(long bytes) {
        context.enter();
        var memory = new CUdeviceptr();
        long size = Math.max(1, bytes);
        String what = "a buffer of " + bytes + " bytes";
        CuErrors.check(device.pools() ? cuMemAllocAsync(memory, size, work) : cuMemAlloc(memory, size), what);
        return memory;
    }

    /// In the order of the stream, or, on devices without that, when it has come to rest.
    @Override
    public void free(Object memory) {
        launches.flush();
        context.enter();
        var m = (CUdeviceptr) memory;
        CuErrors.check(device.pools() ? cuMemFreeAsync(m, work) : cuMemFree(m), "free");
    }

    @Override
    public void upload(MemorySegment from, Object to, long offset) {
        launches.flush();
        staging.upload(from, (CUdeviceptr) to, offset);
    }

    @Override
    public void download(Object from, long offset, MemorySegment to) {
        launches.flush();
        staging.download((CUdeviceptr) from, offset, to);
    }

    @Override
    public Object compile(KernelText text) {
        return load(text.entry(), ShippedPtx.of(text).orElseGet(() -> {
            var cache = new ProgramCache(ProgramCache.defaultFolder(), "PTX");
            return Nvrtc.ptx(nvrtc.get(), text, device, cache);
        }));
    }

    /// Elementwise functions are printed as PTX here and now: a user's own needs no compiler either.
    @Override
    public Object compile(MapProgram program) {
        return load(program.entry(), MapPtx.of(program));
    }

    private CuKernel load(String entry, String ptx) {
        context.enter();
        CuKernel kernel = CuKernel.of(entry, ptx);
        kernels.add(kernel);
        return kernel;
    }

    @Override
    public void launch(Object kernel, int groups, int groupSize, Object... args) {
        launches.add(new LaunchGraph.Launch((CuKernel) kernel, groups, groupSize, args));
    }

    /// By cuBLAS if it was found. A graph that is gathered ends before and another begins after: with its own
    /// kernels the products of a step would have other bits as a graph than without.
    @Override
    public boolean gemm(Products products) {
        if (!cublas.takes(products)) return false;
        launches.flush();
        cublas.run(products);
        return true;
    }

    /// As one graph.
    @Override
    public void gather(Runnable body) {
        launches.gather(body);
    }

    @Override
    public void sync() {
        launches.flush();
        context.enter();
        CuErrors.check(cuStreamSynchronize(work), "waiting for the device");
    }

    @Override
    public void close() {
        try {
            sync();
        } finally {
            launches.close();
            cublas.close();
            staging.close();
            context.enter();
            kernels.forEach(k -> cuModuleUnload(k.module()));
            cuStreamDestroy(transfers);
            cuStreamDestroy(work);
            context.close();
        }
    }
}
