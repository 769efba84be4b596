package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// An operation is a value: `Tensor.apply` is the only way to run one. Each op stands in a file of its own with
/// its shape rule and, beside it, its gradient written in tensor ops, so that the gradient runs on every device
/// and can be differentiated again.
public sealed interface Op permits Kernel, Reshape, Split, Transfer {
    /// Lower-case name for messages and profiles.
    String name();

    /// Shapes and types of the outputs.
    ///
    /// @throws dev.lamina.ShapeException or DTypeException if the inputs do not fit
    List<Spec> infer(List<Spec> in);

    /// The gradients with respect to each input, computed only when asked for.
    ///
    /// @param dOut gradients with respect to the outputs; null for an output that nothing depends on
    /// @return one supplier per input; `NONE` where there is no gradient
    List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut);

    /// No gradient with respect to this input: it is an index, or the op is piecewise constant in it.
    Supplier<Tensor> NONE = () -> null;

    /// Tells a tape what ran: the op, or the ops it is made of.
    default void record(Recorder tape, List<Tensor> in, List<Tensor> out) {
        tape.record(this, in, out);
    }

    /// What remembers ops to walk them backwards.
    @FunctionalInterface
    interface Recorder {
        void record(Op op, List<Tensor> in, List<Tensor> out);
    }

    /// Runs the op on inputs that share a device and returns its first output.
    default Tensor on(Tensor... in) {
        return Tensor.apply(this, List.of(in)).getFirst();
    }
}
