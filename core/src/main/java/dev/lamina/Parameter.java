package dev.lamina;

import dev.lamina.op.Pointwise;
import java.util.List;

/// A value that training changes: the only mutable box. Its storage is written in place by optimisers and by
/// running statistics, and lives as long as the parameter is reachable, whatever scope it was made in.
public final class Parameter {
    private Tensor value;
    private final boolean trainable;

    private Parameter(Tensor value, boolean trainable) {
        this.trainable = trainable;
        set(value);
    }

    /// A trainable parameter that takes over `initial`, which must not be used as a value of its own
    /// afterwards.
    public static Parameter of(Tensor initial) {
        return new Parameter(initial, true);
    }

    /// State that is saved with a model but not trained, such as running statistics.
    public static Parameter buffer(Tensor initial) {
        return new Parameter(initial, false);
    }

    private void set(Tensor t) {
        Scope.disown(t.storage());
        value = t.detach();
    }

    public Tensor value() {
        return value;
    }

    public boolean trainable() {
        return trainable;
    }

    public Shape shape() {
        return value.shape();
    }

    /// Moves the value to another device.
    public void to(Device device) {
        if (value.device() != device) set(value.to(device));
    }

    /// Converts the value to another floating-point type.
    ///
    /// @throws DTypeException if the type has no gradients
    public void to(DType dtype) {
        if (!dtype.floating()) throw new DTypeException("parameter: must be floating-point, cannot become " + dtype);
        if (value.dtype() != dtype) set(Tape.paused(() -> value.cast(dtype)));
    }

    /// Replaces the value by a copy of `x`.
    ///
    /// @throws ShapeException if shape or type differ
    public void assign(Tensor x) {
        if (!x.spec().equals(value.spec()))
            throw new ShapeException("parameter: expected " + value.spec() + ", got " + x.spec());
        update(new Pointwise(COPY), List.of(x.to(value.device())), List.of(this));
    }

    private static final dev.lamina.op.Elementwise COPY =
            dev.lamina.op.Elementwise.update("assign", 1, List.of(dev.lamina.op.Expr.in(0)));

    /// Runs an elementwise op whose outputs replace the values of `targets` in place, in one pass. Inputs may
    /// be the values themselves; other inputs may broadcast. Nothing is recorded on a tape.
    public static void update(Pointwise op, List<Tensor> in, List<Parameter> targets) {
        var out = targets.stream().map(Parameter::value).toList();
        var specs = op.infer(Tensor.specs(in));
        for (int i = 0; i < specs.size(); i++)
            if (!specs.get(i).equals(out.get(i).spec()))
                throw new ShapeException(op.name() + ": result " + specs.get(i) + " does not fit the parameter "
                        + out.get(i).spec());
        Device device = Tensor.deviceOf(op, in);
        for (Tensor t : out)
            if (t.device() != device)
                throw new DeviceException(op.name() + ": the parameter " + t.spec() + " is on " + t.device()
                        + ", the inputs are on " + device + "; move them with to(device)");
        OpListener listener = OpListener.Listening.current();
        long start = listener == null ? 0 : System.nanoTime();
        device.run(op, in, out);
        if (listener != null) listener.ran(op, in, out, System.nanoTime() - start);
    }
}
