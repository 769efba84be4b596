package dev.lamina;

import dev.lamina.MemoryPool.Block;
import dev.lamina.backend.Backend.View;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/// Device memory and who owns it: the thing that scopes free. Tensors and their views point at it.
final class Storage {
    private final Owner owner;

    /// Without memory yet.
    Storage(Device device, Spec spec, ReferenceQueue<Object> unreachable) {
        this.owner = new Owner(this, unreachable, device, spec);
    }

    Device device() {
        return owner.device;
    }

    Owner owner() {
        return owner;
    }

    boolean freed() {
        return owner.block == null;
    }

    View view(long offset, Spec spec) {
        Block block = owner.block;
        if (block == null)
            throw new FreedTensorException(
                    "tensor " + spec + " was freed when its scope closed; return it from the scope or keep() it");
        return new View(block.memory(), offset, spec);
    }

    /// Outlives the storage object, so that memory of unreachable tensors can be returned.
    static final class Owner extends PhantomReference<Storage> {
        final Device device;
        final Spec spec;
        final String layer = LayerPath.current();
        final Link<Owner> inScope = Link.of(this);
        final Link<Owner> inPool = Link.of(this);
        Scope scope;
        /// Null until the pool gives it, and once it has it back.
        Block block;

        private Owner(Storage s, ReferenceQueue<Object> q, Device device, Spec spec) {
            super(s, q);
            this.device = device;
            this.spec = spec;
        }

        /// Returns the memory to the device's pool; later calls do nothing.
        void release() {
            device.takeBack(this);
        }
    }
}
