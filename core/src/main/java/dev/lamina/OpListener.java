package dev.lamina;

import dev.lamina.op.Op;
import java.util.List;
import java.util.function.Supplier;

/// Sees every op that runs: profilers, tracers and the finder of NaNs are each one of these. Listeners nest;
/// all are told. Of a composite that a device runs as other ops, they are told of those.
@FunctionalInterface
public interface OpListener {
    /// `op` ran; on an asynchronous device the time is that of its launch.
    void ran(Op op, List<Tensor> in, List<Tensor> out, long nanos);

    /// Runs `body` with this listener told of every op on this thread.
    default <T> T listenTo(Supplier<T> body) {
        OpListener outer = Listening.current();
        OpListener both = outer == null
                ? this
                : (op, in, out, nanos) -> {
                    outer.ran(op, in, out, nanos);
                    ran(op, in, out, nanos);
                };
        return ScopedValue.where(Listening.CURRENT, both).call(body::get);
    }

    /// Where the listener of this thread is bound.
    final class Listening {
        private static final ScopedValue<OpListener> CURRENT = ScopedValue.newInstance();

        private Listening() {}

        static OpListener current() {
            return CURRENT.isBound() ? CURRENT.get() : null;
        }
    }
}
