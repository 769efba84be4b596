package dev.lamina.opencl;

import static org.jocl.CL.CL_PROGRAM_BINARIES;
import static org.jocl.CL.CL_PROGRAM_BINARY_SIZES;
import static org.jocl.CL.clGetProgramInfo;
import static org.jocl.CL.clReleaseProgram;
import static org.jocl.CL.clRetainProgram;

import dev.lamina.kernels.ProgramCache;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_program;

/// Brings built programs to the cache on disk once building has paused.
///
/// Some drivers generate a program's code anew for each query of its binary: PoCL takes 120 ms for one small
/// kernel, as long as for building it. So the first training step does not wait for that. What is unsaved when
/// the JVM ends is saved then, within a few seconds; what is left is built again by the next process.
final class BinarySaver implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.lamina.opencl");
    private static final long PAUSE_MILLIS = 3000;
    private static final long AT_EXIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Unsaved(String source, cl_program program) {}

    private final ProgramCache cache;
    private final Queue<Unsaved> unsaved = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lamina-save-", 0).factory());
    private final Thread atExit = new Thread(this::atExit);
    private ScheduledFuture<?> planned;
    private volatile boolean ended;

    BinarySaver(ProgramCache cache) {
        this.cache = cache;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /// Saves the binary of `program`, which the caller may release meanwhile.
    synchronized void later(String source, cl_program program) {
        if (!cache.keeps()) return;
        clRetainProgram(program);
        unsaved.add(new Unsaved(source, program));
        if (planned != null) planned.cancel(false);
        if (!ended) planned = thread.schedule(this::whilePaused, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void whilePaused() {
        ScheduledFuture<?> mine;
        synchronized (this) {
            mine = planned;
        }
        while (!ended && !mine.isCancelled() && saveOne()) {}
    }

    private void atExit() {
        ended = true;
        long end = System.nanoTime() + AT_EXIT_NANOS;
        while (System.nanoTime() < end && saveOne()) {}
    }

    private boolean saveOne() {
        Unsaved next = unsaved.poll();
        if (next == null) return false;
        try {
            cache.put(next.source, binary(next.program));
        } catch (CLException e) {
            LOG.log(System.Logger.Level.WARNING, "a compiled program could not be read back for the cache", e);
        } finally {
            clReleaseProgram(next.program);
        }
        return true;
    }

    private static byte[] binary(cl_program program) {
        var length = new long[1];
        clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(length), null);
        var bytes = new byte[Math.toIntExact(length[0])];
        clGetProgramInfo(program, CL_PROGRAM_BINARIES, Sizeof.POINTER, Pointer.to(Pointer.to(bytes)), null);
        return bytes;
    }

    /// Saves the rest; the context may go afterwards.
    @Override
    public void close() {
        ended = true;
        thread.shutdown();
        while (saveOne()) {}
        thread.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the JVM is already ending", e);
        }
    }
}
