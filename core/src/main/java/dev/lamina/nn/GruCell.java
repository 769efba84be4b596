package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// One step of a `Gru`: `x [batch, in]` and a state to the next state, `h [batch, hidden]`.
/// Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` as PyTorch's.
public final class GruCell implements Layer {
    private final OneStep step;

    public GruCell(int in, int hidden) {
        this(OneStep.of(new CellKind.Gated(true, false), in, hidden));
    }

    private GruCell(OneStep step) {
        this.step = step;
    }

    /// Both products normalised, as `Gru.layerNorm` says.
    public GruCell layerNorm() {
        return new GruCell(step.kind(new CellKind.Gated(((CellKind.Gated) step.kind()).resetAfter(), true)));
    }

    /// The reset gate acts on the state, as `Gru.resetBefore` says.
    public GruCell resetBefore() {
        return new GruCell(step.kind(new CellKind.Gated(false, step.kind().norm())));
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
