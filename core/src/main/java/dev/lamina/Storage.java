package dev.lamina;

import dev.lamina.backend.Backend.View;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/// Device memory and who owns it: the thing that scopes free. Tensors and their views point at it.
final class Storage {
    private final Owner owner;

    Storage(Device device, Object memory, Spec spec, long bytes, ReferenceQueue<Object> unreachable) {
        this.owner = new Owner(this, unreachable, device, memory, spec, bytes);
    }

    Device device() {
        return owner.device;
    }

    Owner owner() {
        return owner;
    }

    boolean freed() {
        return owner.memory == null;
    }

    View view(long offset, Spec spec) {
        Object memory = owner.memory;
        if (memory == null)
            throw new FreedTensorException(
                    "tensor " + spec + " was freed when its scope closed; return it from the scope or keep() it");
        return new View(memory, offset, spec);
    }

    /// Outlives the storage object, so that memory of unreachable tensors can be returned.
    static final class Owner extends PhantomReference<Storage> {
        final Device device;
        final Spec spec;
        final long bytes;
        final String layer = LayerPath.current();
        volatile Scope scope;
        private volatile Object memory;

        private Owner(Storage s, ReferenceQueue<Object> q, Device device, Object memory, Spec spec, long bytes) {
            super(s, q);
            this.device = device;
            this.memory = memory;
            this.spec = spec;
            this.bytes = bytes;
        }

        /// Returns the memory to the device's pool; later calls do nothing.
        void release() {
            Object m;
            synchronized (this) {
                m = memory;
                memory = null;
            }
            if (m != null) device.giveBack(this, m);
        }
    }
}
