package dev.lamina.kernels;

import java.lang.foreign.MemorySegment;

/// All that differs between CUDA and OpenCL: compile, allocate, copy, launch. Work is queued in order; only
/// `download` and `sync` wait. Safe for many threads.
public interface GpuDriver extends AutoCloseable {
    /// What a device offers; the project's own limits (1024 threads, 48 KiB) are applied by the caller.
    ///
    /// @param groupSize most work items in a group
    /// @param localBytes local (shared) memory of a group
    /// @param units compute units, for the size of grids
    /// @param cpu true if the device is a processor, whose groups are best small
    /// @param f64 whether kernels may use double
    record Limits(int groupSize, int localBytes, int units, boolean cpu, boolean f64) {}

    /// Device name and driver version: what a compiled kernel and a measured tile size hold for.
    String name();

    Limits limits();

    /// Whether kernels of `mma.h` run: products on tensor cores, for scopes with a lower `Precision`.
    default boolean tensorCores() {
        return false;
    }

    /// A prelude of this package by its name, such as `prelude.opencl.h`: what a driver that compiles C
    /// puts before every text.
    static String preludeText(String file) {
        return KernelText.resource(file);
    }

    /// @throws dev.lamina.backend.Backend.OutOfMemory if there is no room
    Object allocate(long bytes);

    /// Releases memory once the work that uses it is done.
    void free(Object memory);

    /// Copies host bytes to byte `offset` of `to`; `from` may be reused when the call returns.
    void upload(MemorySegment from, Object to, long offset);

    /// Copies from byte `offset` of `from` to the host, after all work before it.
    void download(Object from, long offset, MemorySegment to);

    /// Builds a program from the driver's prelude and `text`, and takes its kernel.
    ///
    /// @throws KernelException with the build log
    Object compile(KernelText text);

    /// Builds the kernel of an elementwise function: from its C, unless the driver has a shorter way, as CUDA has
    /// by `dev.lamina.kernels.ptx.MapPtx`.
    ///
    /// @throws KernelException with the build log
    default Object compile(MapProgram program) {
        return compile(program.text());
    }

    /// Queues a kernel over `groups` groups of `groupSize` items.
    ///
    /// @param args memory objects, `Integer`, `Float` or `Double`
    void launch(Object kernel, int groups, int groupSize, Object... args);

    /// Queues products of a library's own making, such as cuBLAS; or answers false, having done nothing, and
    /// the kernels of this package do them. The same products get the same answer, so that their bits do not
    /// change from run to run.
    default boolean gemm(Products products) {
        return false;
    }

    /// Runs `body`; the driver may hold its launches back and queue them together, with the same results.
    default void gather(Runnable body) {
        body.run();
    }

    void sync();

    @Override
    void close();
}
