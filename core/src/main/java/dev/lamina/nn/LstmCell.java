package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// One step of an `Lstm`: `x [batch, in]` and a state to the next state, `h` and `c`, each `[batch, hidden]`.
/// Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` as PyTorch's.
public final class LstmCell implements Layer {
    private final OneStep step;

    public LstmCell(int in, int hidden) {
        this(OneStep.of(new CellKind.LongShort(false, 0, false), in, hidden));
    }

    private LstmCell(OneStep step) {
        this.step = step;
    }

    /// Both products normalised, as `Lstm.layerNorm` says.
    public LstmCell layerNorm() {
        return new LstmCell(step.kind(new CellKind.LongShort(kind().peepholes(), kind().projection(), true)));
    }

    private CellKind.LongShort kind() {
        return (CellKind.LongShort) step.kind();
    }

    /// `h` projected to `size` numbers, as `Lstm.projection` says.
    public LstmCell projection(int size) {
        Expect.positive("lstm cell", "projection", size);
        return new LstmCell(step.kind(new CellKind.LongShort(kind().peepholes(), size, kind().norm())));
    }

    /// The gates see the cell state, as `Lstm.peepholes` says.
    public LstmCell peepholes() {
        return new LstmCell(step.kind(new CellKind.LongShort(true, kind().projection(), kind().norm())));
    }

    /// The next state.
    ///
    /// @param before null for zeros
    /// @throws dev.lamina.ShapeException if x or the state has another shape
    public State next(Tensor x, State before) {
        return step.next(x, before);
    }

    /// The `h` after one step from zeros.
    @Override
    public Tensor apply(Tensor x) {
        return next(x, null).h();
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return step.named();
    }
}
