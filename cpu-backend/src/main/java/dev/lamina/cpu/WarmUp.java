package dev.lamina.cpu;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Has loops on vectors compiled in a thread of its own, by calls on numbers of no meaning. Code that calls the Vector
/// API is some hundred times slower before C2 has compiled it.
final class WarmUp {
    /// For how long loops are tried.
    private static final long NANOS = 3_000_000_000L;
    private static final long PAUSE = 500_000;
    /// Loops that take at most so much of the time of others are compiled: before, they take some hundred times as
    /// much.
    private static final double COMPILED = 1.2;

    private static final ThreadPoolExecutor THREAD =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                var thread = new Thread(null, task, "lamina-warm-up", 0, false);
                thread.setDaemon(true);
                return thread;
            });

    static {
        THREAD.allowCoreThreadTimeOut(true);
    }

    private WarmUp() {}

    /// Runs `task` in the thread.
    static void later(Runnable task) {
        THREAD.execute(task);
    }

    /// Calls both in turns until `vectors` are compiled; false if that takes too long.
    static boolean compile(Runnable vectors, Runnable others) {
        long start = System.nanoTime();
        long best = Long.MAX_VALUE;
        while (System.nanoTime() - start < NANOS) {
            best = Math.min(best, nanos(others));
            if (nanos(vectors) < COMPILED * best) return true;
            LockSupport.parkNanos(PAUSE); // the compiler and the program need the processors
        }
        return false;
    }

    private static long nanos(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }
}
