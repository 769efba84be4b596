package dev.lamina.backend;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.op.Composite;
import dev.lamina.op.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What a device must do. Shapes, gradients, memory policy and errors are written once in core; a backend
/// allocates, copies and runs kernels. Calls may come from many threads at once.
public interface Backend extends AutoCloseable {
    /// `spec.shape().size()` contiguous elements that start `offset` elements into `memory`.
    record View(Object memory, long offset, Spec spec) {
        public Shape shape() {
            return spec.shape();
        }

        public DType dtype() {
            return spec.dtype();
        }
    }

    /// Memory for `size` elements; contents are undefined.
    ///
    /// @throws OutOfMemory if there is no room; core then empties its pool, asks the collector, and tries again
    Object allocate(DType dtype, long size);

    /// Gives memory back to the device. Kernels that were started before and use it must not be disturbed.
    void free(Object memory);

    /// Copies host bytes (native order) into `to`; `from` may be reused when the call returns.
    void upload(MemorySegment from, View to);

    /// Copies `from` to host bytes (native order), after all kernels that write it.
    void download(View from, MemorySegment to);

    /// Runs `op`: shapes and types have been checked, outputs are allocated. Outputs alias inputs only for a
    /// `Pointwise` update, and then at equal indices. May return before the work is done.
    void run(Kernel op, List<View> in, List<View> out);

    /// True if `run` has a kernel of its own for this composite; otherwise core lowers it.
    default boolean accelerates(Composite op) {
        return false;
    }

    /// True if `run` returns before the work is done, so that reading a result back makes the host wait.
    default boolean asynchronous() {
        return false;
    }

    /// Runs `body`; the device may start the work of its ops together at the end, with the same results.
    default void gather(Runnable body) {
        body.run();
    }

    /// Waits for all work that was started.
    void sync();

    @Override
    void close();

    /// The device has no room for an allocation.
    final class OutOfMemory extends RuntimeException {
        private static final long serialVersionUID = 1;

        public OutOfMemory(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
