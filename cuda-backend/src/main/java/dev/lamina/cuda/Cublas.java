package dev.lamina.cuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;

import dev.lamina.DType;
import dev.lamina.Precision;
import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.Products;
import java.util.List;
import java.util.function.Supplier;
import jcuda.LogLevel;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/// NVIDIA's matrix products on one stream, with memory of their own to work in: without it, or on several
/// streams, they need not give the same bits in each run.
///
/// Products of f32 are those of f32, or of TF32 in its scope. Those of BF16 are left to our own kernel, which
/// rounds operands as `Precision` says: cuBLAS is only allowed to, and reads no fewer bytes, since operands
/// are f32 in memory.
final class Cublas implements AutoCloseable {
    static final String FILE = "libcublas.so.12";

    /// The environment variable that, set to `off`, does without.
    static final String SWITCH = "LAMINA_CUBLAS";

    static final String OFF = "cuBLAS is off by " + SWITCH;

    private static final System.Logger LOG = System.getLogger("dev.lamina.cuda");

    /// What NVIDIA recommends for compute capability 9.0, and for those before it.
    private static final long WORKSPACE_HOPPER = 32 << 20;

    private static final long WORKSPACE = 4 << 20;
    private static final int HOPPER = 90;

    /// Products of one call, as far as every release takes them.
    private static final int MOST = 65535;

    private static final class Once {
        static final Library FOUND = load(Libraries.here(), System.getenv(SWITCH));
    }

    /// That of this machine, loaded by the first call: it is some 600 MB, of which a program without products
    /// on a GPU shall read nothing.
    static Library library() {
        return Once.FOUND;
    }

    /// One that is there and cannot be loaded costs a log line.
    ///
    /// @param setting the value of the switch, null if it is not set
    static Library load(Libraries in, String setting) {
        if (off(setting)) return new Library(null, OFF);
        Library l =
                Library.load(in, FILE, List.of("libcublasLt.so.12"), () -> JCublas2.setLogLevel(LogLevel.LOG_QUIET));
        if (l.at() != null && !l.usable())
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "matrix products run on Lamina's own kernels, since " + l.problem());
        return l;
    }

    static boolean off(String setting) {
        return "off".equalsIgnoreCase(setting);
    }

    private final CudaDevice device;
    private final CuContext context;
    private final CUstream work;
    private final Supplier<Library> library;

    /// Made with its workspace for the first product: a program without one shall not pay for them.
    private cublasHandle handle;

    private CUdeviceptr workspace;

    /// @param library asked for at the first product that could be its own
    Cublas(CudaDevice device, CuContext context, CUstream work, Supplier<Library> library) {
        this.device = device;
        this.context = context;
        this.work = work;
        this.library = library;
    }

    /// True for the products that are the library's.
    boolean takes(Products p) {
        if (p.count() > MOST) return false;
        boolean its = switch (p.dtype()) {
            case F32 -> p.precision() != Precision.BF16 || !device.tensorCores();
            case F64 -> true;
            case I32, U8 -> false;
        };
        return its && library.get().usable();
    }

    /// Queues products that it takes.
    ///
    /// @throws Backend.OutOfMemory if there is no room for the library's own memory
    synchronized void run(Products p) {
        context.enter();
        if (p.dtype() == DType.F64)
            run(
                    p,
                    cudaDataType.CUDA_R_64F,
                    cublasComputeType.CUBLAS_COMPUTE_64F,
                    Pointer.to(new double[] {1}),
                    Pointer.to(new double[] {0}));
        else
            run(
                    p,
                    cudaDataType.CUDA_R_32F,
                    p.precision() == Precision.TF32
                            ? cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32
                            : cublasComputeType.CUBLAS_COMPUTE_32F,
                    Pointer.to(new float[] {1}),
                    Pointer.to(new float[] {0}));
    }

    /// The library's matrices go down their columns, so ours are its transposed ones: y' = b' a'.
    ///
    /// JCuda's call without `_new` is that of CUDA 10: it takes a `cudaDataType` for the kind of sums.
    private void run(Products p, int type, int computeType, Pointer one, Pointer zero) {
        check(
                cublasGemmStridedBatchedEx_new(
                        handle(),
                        operation(p.tb()),
                        operation(p.ta()),
                        p.n(),
                        p.m(),
                        p.k(),
                        one,
                        start(p, p.b()),
                        type,
                        p.tb() ? p.k() : p.n(),
                        p.b().step(),
                        start(p, p.a()),
                        type,
                        p.ta() ? p.m() : p.k(),
                        p.a().step(),
                        zero,
                        start(p, p.y()),
                        type,
                        p.n(),
                        p.y().step(),
                        p.count(),
                        computeType,
                        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT),
                "cuBLAS: " + (p.count() == 1 ? "" : p.count() + " x ") + "[" + p.m() + ", " + p.k() + "] x [" + p.k()
                        + ", " + p.n() + "] " + p.dtype()
                        + (p.precision() == Precision.FP32 ? "" : " in " + p.precision()));
    }

    private static int operation(boolean transposed) {
        return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static Pointer start(Products p, Products.Matrices of) {
        return ((CUdeviceptr) of.memory()).withByteOffset(of.at() * p.dtype().bytes());
    }

    private cublasHandle handle() {
        if (handle != null) return handle;
        long bytes = device.capability() >= HOPPER ? WORKSPACE_HOPPER : WORKSPACE;
        var room = new CUdeviceptr();
        CuErrors.check(cuMemAlloc(room, bytes), "memory for cuBLAS to work in, " + bytes + " bytes");
        workspace = room;
        boolean ready = false;
        try {
            var made = new cublasHandle();
            check(cublasCreate(made), "cublasCreate");
            handle = made;
            check(cublasSetStream(made, new cudaStream_t(work)), "cublasSetStream"); // this takes any workspace away
            check(cublasSetWorkspace(made, room, bytes), "cublasSetWorkspace");
            ready = true;
            return made;
        } finally {
            if (!ready) close();
        }
    }

    private static void check(int status, String what) {
        if (status == cublasStatus.CUBLAS_STATUS_SUCCESS) return;
        String message = what + ": " + cublasStatus.stringFor(status);
        if (status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED) throw new Backend.OutOfMemory(message, null);
        throw new KernelException(message + "; " + SWITCH + "=off does without cuBLAS");
    }

    @Override
    public synchronized void close() {
        context.enter();
        if (handle != null) cublasDestroy(handle);
        if (workspace != null) cuMemFree(workspace);
        handle = null;
        workspace = null;
    }
}
