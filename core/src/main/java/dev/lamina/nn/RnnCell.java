package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// One step of an `Rnn`: `x [batch, in]` and a state to the next state, `h [batch, hidden]`.
/// Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` as PyTorch's.
public final class RnnCell implements Layer {
    private final OneStep step;

    public RnnCell(int in, int hidden) {
        this(OneStep.of(new CellKind.Simple(false, false), in, hidden));
    }

    private RnnCell(OneStep step) {
        this.step = step;
    }

    /// Both products normalised, as `Rnn.layerNorm` says.
    public RnnCell layerNorm() {
        return new RnnCell(step.kind(new CellKind.Simple(((CellKind.Simple) step.kind()).relu(), true)));
    }

    /// With relu instead of tanh.
    public RnnCell relu() {
        return new RnnCell(step.kind(new CellKind.Simple(true, step.kind().norm())));
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
