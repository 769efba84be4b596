package dev.lamina.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A fixed pool of daemon threads that run loops in chunks; the thread that calls [#loop] takes part.
///
/// Chunk `i` is always `[i * grain, min(n, (i + 1) * grain))`: it depends on `n` and `grain` alone, never on
/// the number of threads, so a body whose result depends only on its chunk gives the same bits on any machine. Each
/// thread begins with its own share of the chunks, one after another, and then helps with the others': loops over
/// the same memory, in a row, find it in the cache of the thread that had it last.
///
/// Any number of threads may call at once. Each publishes its loop in a slot where idle helpers find it, and
/// works on it alone when no helper is free or no slot is left, so nobody waits for a stranger's loop. A loop
/// started inside a chunk runs inline on that thread. Helpers look for work for two milliseconds after their last
/// chunk, so that loops in a row do not pay for a wake-up each, then park; whoever waits lets other threads of its
/// processor run meanwhile.
final class Workers implements AutoCloseable {
    /// Part of a loop: the elements `from` (inclusive) to `to` (exclusive).
    @FunctionalInterface
    interface Body {
        void run(int from, int to);
    }

    private static final int SLOTS = 16;
    /// Waking a thread takes fifty microseconds or more on a virtual machine, half of a product of 256 x 256 x 256, and
    /// may put it on its caller's processor, where it stays for milliseconds if the processors share no cache. So
    /// what lies between two loops of a training step, such as its loss, should not send a helper to sleep.
    private static final long SPIN_NANOS = 2_000_000;
    /// Looks at the clock, and lets others run, once in so many looks for work.
    private static final int LOOKS = 32;
    private static final VarHandle ARRIVED;

    static {
        try {
            ARRIVED = MethodHandles.lookup().findVarHandle(Workers.class, "arrived", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Helper[] helpers;
    private final AtomicReferenceArray<Loop> slots = new AtomicReferenceArray<>(SLOTS);
    private final ThreadLocal<boolean[]> inside = ThreadLocal.withInitial(() -> new boolean[1]);

    /// Counts published loops, so that a spinning helper reads one word and not all slots.
    @SuppressWarnings("unused")
    private volatile int arrived;

    private volatile boolean closed;

    /// A pool of `threads` threads, the caller included: `threads - 1` helpers are started here.
    Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("lamina.threads must be at least 1, not " + threads);
        }
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (var helper : helpers) {
            helper.start();
        }
    }

    /// The pool of this JVM: as many threads as processors, or as the system property `lamina.threads` says.
    static Workers shared() {
        return Shared.WORKERS;
    }

    private static final class Shared {
        static final Workers WORKERS = new Workers(
                Integer.getInteger("lamina.threads", Runtime.getRuntime().availableProcessors()));
    }

    /// Threads that may work on one loop, the caller included.
    int threads() {
        return helpers.length + 1;
    }

    /// Runs `body` over `[0, n)` in chunks of `grain` and returns when all are done.
    ///
    /// What a chunk throws is thrown here, later ones suppressed under the first; chunks not yet begun are
    /// skipped.
    void loop(int n, int grain, Body body) {
        if (n <= 0) {
            return;
        }
        if (n <= grain) {
            body.run(0, n);
            return;
        }
        int step = Math.max(1, grain);
        if (helpers.length == 0 || Thread.currentThread() instanceof Helper) {
            inline(n, step, body);
            return;
        }
        boolean[] nested = inside.get();
        if (nested[0]) {
            inline(n, step, body);
            return;
        }
        nested[0] = true;
        try {
            var loop = new Loop(n, step, threads(), body);
            int slot = publish(loop);
            loop.work(0);
            if (slot >= 0) {
                loop.await();
                slots.set(slot, null);
            }
            loop.rethrow();
        } finally {
            nested[0] = false;
        }
    }

    /// The same chunks, in order: a body may reduce per chunk, so they must not melt into one.
    private static void inline(int n, int grain, Body body) {
        for (int from = 0; from < n; ) {
            int to = n - from > grain ? from + grain : n;
            body.run(from, to);
            from = to;
        }
    }

    private int publish(Loop loop) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, loop)) {
                ARRIVED.getAndAdd(this, 1);
                int wanted = loop.chunks - 1;
                for (int i = 0; i < helpers.length && wanted > 0; i++) {
                    if (helpers[i].parked) {
                        LockSupport.unpark(helpers[i]);
                    }
                    wanted--;
                }
                return slot;
            }
        }
        return -1;
    }

    /// Looks until something is so, or time is up.
    ///
    /// @return whether it is so
    private static boolean waited(BooleanSupplier so) {
        long start = System.nanoTime();
        do {
            for (int i = 0; i < LOOKS; i++) {
                if (so.getAsBoolean()) {
                    return true;
                }
                Thread.onSpinWait();
            }
            Thread.yield();
        } while (System.nanoTime() - start < SPIN_NANOS);
        return false;
    }

    /// Ends the helpers; loops called afterwards run on their callers alone. The shared pool is never closed.
    @Override
    public void close() {
        closed = true;
        for (var helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private final class Helper extends Thread {
        private final int index;
        volatile boolean parked;

        /// @param index from 1 on: the caller of a loop is 0
        Helper(int index) {
            super(null, null, "lamina-cpu-" + index, 0, false);
            this.index = index;
            setDaemon(true);
        }

        @Override
        public void run() {
            int seen = 0;
            while (!closed) {
                int now = (int) ARRIVED.getVolatile(Workers.this);
                if (now != seen) {
                    seen = now;
                    for (int slot = 0; slot < SLOTS; slot++) {
                        var loop = slots.get(slot);
                        if (loop != null) {
                            loop.work(index);
                        }
                    }
                } else if (!spin(seen)) {
                    parked = true;
                    if ((int) ARRIVED.getVolatile(Workers.this) == seen && !closed) {
                        LockSupport.park(Workers.this);
                    }
                    parked = false;
                }
            }
        }

        private boolean spin(int seen) {
            return waited(() -> (int) ARRIVED.getVolatile(Workers.this) != seen);
        }
    }

    /// One call of [Workers#loop]: which chunks are taken, how many are done, what went wrong.
    private static final class Loop {
        /// Ints from the counter of one share to the next: a cache line, so that threads do not wait for each other's.
        private static final int LINE = 16;
        private static final VarHandle TAKEN = MethodHandles.arrayElementVarHandle(int[].class);
        private static final VarHandle DONE;

        static {
            try {
                DONE = MethodHandles.lookup().findVarHandle(Loop.class, "done", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        final int n;
        final int grain;
        final int chunks;
        final Body body;
        final Thread caller = Thread.currentThread();
        private final int shares;
        private final int[] taken;
        private volatile int done;
        private volatile boolean waiting;
        private volatile Throwable failure;

        Loop(int n, int grain, int threads, Body body) {
            this.n = n;
            this.grain = grain;
            this.chunks = (int) (((long) n + grain - 1) / grain);
            this.body = body;
            this.shares = Math.min(threads, chunks);
            this.taken = new int[shares * LINE];
        }

        /// Takes the chunks of a thread's own share, then what is left of the others.
        void work(int thread) {
            for (int s = 0; s < shares; s++) {
                int ran = share((thread + s) % shares);
                if (ran > 0 && (int) DONE.getAndAdd(this, ran) + ran == chunks && waiting) {
                    LockSupport.unpark(caller);
                }
            }
        }

        /// The first chunk of a share.
        private int start(int share) {
            return (int) (((long) chunks * share + shares - 1) / shares);
        }

        /// Looks before it counts up, so that the counter cannot overflow.
        ///
        /// @return how many chunks it took
        private int share(int share) {
            int counter = share * LINE;
            int start = start(share);
            int count = start(share + 1) - start;
            int ran = 0;
            while ((int) TAKEN.getVolatile(taken, counter) < count) {
                int chunk = (int) TAKEN.getAndAdd(taken, counter, 1);
                if (chunk >= count) {
                    break;
                }
                ran++;
                try {
                    if (failure == null) {
                        int from = (start + chunk) * grain;
                        body.run(from, n - from > grain ? from + grain : n);
                    }
                } catch (Throwable e) { // whatever it is belongs to the caller: a helper must neither die nor keep it
                    fail(e);
                }
            }
            return ran;
        }

        private synchronized void fail(Throwable e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }

        /// Waits for the chunks that helpers still hold: spins first, as they are usually about to end.
        void await() {
            waited(() -> done == chunks);
            boolean interrupted = false;
            while (done < chunks) {
                waiting = true;
                if (done < chunks) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
            if (interrupted) {
                caller.interrupt();
            }
        }

        void rethrow() {
            if (failure != null) {
                Loop.<RuntimeException>sneak(failure);
            }
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable e) throws T {
            throw (T) e;
        }
    }
}
