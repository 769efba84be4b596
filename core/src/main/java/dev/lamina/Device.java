package dev.lamina;

import dev.lamina.backend.Backend;
import dev.lamina.backend.Backend.View;
import dev.lamina.backend.DeviceStatus;
import dev.lamina.op.Composite;
import dev.lamina.op.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// One opened backend with its memory: what every backend needs around its kernels is written here once.
public final class Device {
    private static final ScopedValue<Device> CURRENT = ScopedValue.newInstance();

    /// How often the collector is asked before memory counts as full. What the first one found may come late; its
    /// finds are here when those of the second one come.
    private static final int COLLECTIONS = 2;

    /// How long to wait for them, in milliseconds, in case the JVM was told to ignore the request.
    private static final int PATIENCE_MS = 2000;

    private final String id;
    private final Backend backend;
    private final MemoryPool pool;
    private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();

    private Device(String id, Backend backend, long limit) {
        this.id = id;
        this.backend = backend;
        this.pool = new MemoryPool(id, backend, limit);
    }

    /// A device over a backend that the caller opened.
    public static Device of(String id, Backend backend) {
        return new Device(id, backend, Long.MAX_VALUE);
    }

    /// The same backend with a memory of its own that never exceeds `bytes`.
    public Device withLimit(long bytes) {
        return new Device(id, backend, bytes);
    }

    /// Every device of every backend on the class path, usable or not, with the reason.
    public static List<DeviceStatus> list() {
        return Devices.list();
    }

    /// The device with this id, such as `cpu` or `cuda:0`; `best` means `best()`.
    ///
    /// @throws DeviceException with the reason and what to do if it cannot be used
    public static Device require(String id) {
        return id.equals("best") ? best() : Devices.require(id);
    }

    /// The first usable GPU, otherwise the CPU; one log line says what was chosen and why not the others.
    public static Device best() {
        return Devices.best();
    }

    /// The device bound by `with`, otherwise `best()`: where tensors and parameters are made.
    public static Device current() {
        return CURRENT.isBound() ? CURRENT.get() : best();
    }

    /// Runs `body` with this as the current device.
    public <T> T with(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }

    /// Runs `body` with this as the current device.
    public void with(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }

    public String id() {
        return id;
    }

    public MemoryStats memory() {
        reclaim();
        return pool.stats();
    }

    /// Returns pooled memory to the device.
    public void emptyPool() {
        reclaim();
        backend.sync();
        pool.empty();
    }

    /// Waits until all work that was started on this device is done.
    public void sync() {
        backend.sync();
    }

    /// Runs `step`, such as a whole training step, with one launch for all of its kernels where the device can:
    /// a CUDA graph. Results are the same bits. It pays when steps repeat the same ops on the same shapes: a new
    /// sequence of kernels costs a new graph. Reading a value inside starts what was gathered before.
    public void graph(Runnable step) {
        backend.gather(step);
    }

    /// True if ops return before their work is done: reading a value back then stalls the device.
    public boolean asynchronous() {
        return backend.asynchronous();
    }

    boolean accelerates(Composite op) {
        return backend.accelerates(op);
    }

    Tensor allocate(Spec spec) {
        reclaim();
        var storage = new Storage(this, spec, unreachable);
        Storage.Owner owner = storage.owner();
        if (!pool.tryGive(owner)) giveAfterCollection(owner);
        Scope.register(owner);
        return new Tensor(spec, storage, 0);
    }

    private void giveAfterCollection(Storage.Owner owner) {
        for (int i = 0; i < COLLECTIONS; i++) {
            makeRoom();
            if (pool.tryGive(owner)) return;
        }
        throw pool.outOfMemory(owner.spec);
    }

    /// Only here is the garbage collector asked: unreachable tensors may hold what is needed.
    private void makeRoom() {
        backend.sync();
        var sign = new PhantomReference<>(new Object(), unreachable);
        System.gc();
        awaitReclaim(sign);
        pool.empty();
    }

    /// A thread of the JVM brings what the collector found, may come late on a busy machine, and may bring `sign`,
    /// which was among it, before the rest. It brings all of one collection before it turns to the next one.
    private void awaitReclaim(Reference<Object> sign) {
        try {
            boolean here = false;
            for (Reference<?> r; !here && (r = unreachable.remove(PATIENCE_MS)) != null; here = r == sign) release(r);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reclaim();
    }

    /// Returns the memory of unreachable tensors to the pool, on the caller's thread.
    private void reclaim() {
        for (Reference<?> r; (r = unreachable.poll()) != null; ) release(r);
    }

    private static void release(Reference<?> unreachable) {
        if (unreachable instanceof Storage.Owner owner) owner.release();
    }

    void takeBack(Storage.Owner owner) {
        pool.takeBack(owner);
    }

    /// Runs `op` into outputs that exist; errors of the backend are named here, once for all.
    void run(Kernel op, List<Tensor> in, List<Tensor> out) {
        List<View> inputs = views(in);
        List<View> outputs = views(out);
        try {
            runMakingRoom(op, inputs, outputs);
        } catch (LaminaException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LaminaException(
                    op.name() + " " + Tensor.specs(in) + " failed on " + id + ": " + e.getMessage(), e);
        } finally {
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
    }

    /// A backend may find out only now that memory is short: for its own scratch, or where a driver allocates
    /// at first use. To run it again is safe, as an update in place is one kernel, and that did not start.
    private void runMakingRoom(Kernel op, List<View> in, List<View> out) {
        for (int collections = 0; ; collections++) {
            try {
                backend.run(op, in, out);
                return;
            } catch (Backend.OutOfMemory e) {
                if (collections == COLLECTIONS) {
                    String inputs = in.stream().map(View::spec).toList().toString();
                    throw pool.outOfMemory("memory while running " + op.name() + " " + inputs, e.getMessage());
                }
                makeRoom();
            }
        }
    }

    private static List<View> views(List<Tensor> tensors) {
        var views = new ArrayList<View>(tensors.size());
        for (Tensor t : tensors) views.add(t.view());
        return views;
    }

    void upload(MemorySegment from, Tensor to) {
        backend.upload(from, to.view());
    }

    void download(Tensor from, MemorySegment to) {
        backend.download(from.view(), to);
        Reference.reachabilityFence(from);
    }

    @Override
    public String toString() {
        return id;
    }
}
