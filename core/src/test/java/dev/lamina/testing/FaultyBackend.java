package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.backend.Backend;
import dev.lamina.op.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The reference with one fault, to see whether the kit finds it.
final class FaultyBackend implements Backend {
    /// Something that kernels get wrong.
    @FunctionalInterface
    interface Fault {
        /// Called after an op ran right.
        void spoil(Kernel op, List<View> in, List<View> out);
    }

    private final ReferenceBackend right = new ReferenceBackend();
    private final Fault fault;

    FaultyBackend(Fault fault) {
        this.fault = fault;
    }

    @Override
    public void run(Kernel op, List<View> in, List<View> out) {
        right.run(op, in, out);
        fault.spoil(op, in, out);
    }

    @Override
    public Object allocate(DType dtype, long size) {
        return right.allocate(dtype, size);
    }

    @Override
    public void free(Object memory) {
        right.free(memory);
    }

    @Override
    public void upload(MemorySegment from, View to) {
        right.upload(from, to);
    }

    @Override
    public void download(View from, MemorySegment to) {
        right.download(from, to);
    }

    @Override
    public void sync() {
        right.sync();
    }

    @Override
    public void close() {
        right.close();
    }
}
