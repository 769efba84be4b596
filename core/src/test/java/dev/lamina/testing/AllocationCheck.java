package dev.lamina.testing;

import static dev.lamina.DType.F32;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.lamina.Spec;
import dev.lamina.backend.Backend;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Kernel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Counts the bytes of Java heap that a kernel takes per call in steady state, on all threads that work for it.
/// Unlike a time, the number does not depend on the machine.
public final class AllocationCheck {
    private static final int CALLS = 8;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Backend backend;
    private final Predicate<Thread> worker;

    /// @param worker tells the threads of the backend from others
    public AllocationCheck(Backend backend, Predicate<Thread> worker) {
        this.backend = backend;
        this.worker = worker;
    }

    /// A kernel with the types and shapes of its inputs.
    public record Call(String name, Kernel op, List<Spec> in) {
        @Override
        public String toString() {
            return name + " " + in;
        }
    }

    /// A call for each case of the kit that reaches this backend, in f32.
    public List<Call> kit() {
        var calls = new ArrayList<Call>();
        var guards = new GuardCheck(backend);
        for (OpCase c : OpCases.ALL) {
            if (!guards.applies(c)) continue;
            var in = new ArrayList<Spec>();
            for (int i = 0; i < c.in().size(); i++)
                in.add(new Spec(c.in().get(i).shape(), c.type(i, F32)));
            calls.add(new Call(c.name(), c.op().apply(F32), in));
        }
        return calls;
    }

    /// The fewest bytes per call of any round of calls. Rounds go on until they are at most `enough`, or until all
    /// threads, those of the compiler too, had `seconds` of processor time: as long as a loop is not compiled, its
    /// vectors are objects.
    ///
    /// Inputs are zeros, which every kernel takes, as indices too.
    public long bytes(Call call, long enough, double seconds) {
        List<View> in = views(call.in());
        List<View> out = views(call.op().infer(call.in()));
        backend.run(call.op(), in, out);
        long[] ids = workers();
        long least = Long.MAX_VALUE;
        long start = process.getProcessCpuTime();
        do {
            long before = allocated(ids);
            for (int i = 0; i < CALLS; i++) backend.run(call.op(), in, out);
            backend.sync();
            least = Math.min(least, (allocated(ids) - before) / CALLS);
        } while (least > enough && (process.getProcessCpuTime() - start) * 1e-9 < seconds);
        return least;
    }

    private List<View> views(List<Spec> specs) {
        var views = new ArrayList<View>();
        for (Spec s : specs)
            views.add(new View(backend.allocate(s.dtype(), s.shape().size()), 0, s));
        return List.copyOf(views);
    }

    /// The caller and the backend's threads.
    private long[] workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t == Thread.currentThread() || worker.test(t))
                .mapToLong(Thread::threadId)
                .toArray();
    }

    private long allocated(long[] ids) {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(ids)) sum += bytes;
        return sum;
    }
}
