package dev.lamina.nn;

/// The gated recurrent unit, gates in PyTorch's order reset, update, new: `h' = (1 - z) n + z h` with
/// `n = tanh(x W_in^T + b_in + r (h W_hn^T + b_hn))`. Cho et al., "Learning phrase representations using RNN
/// encoder-decoder for statistical machine translation" (2014).
public final class Gru extends Recurrent<Gru> {
    /// One layer of `hidden` units that reads `in` numbers a step.
    public Gru(int in, int hidden) {
        this(Stack.of(new CellKind.Gated(true, false), in, hidden));
    }

    private Gru(Stack stack) {
        super(stack);
    }

    @Override
    Gru with(Stack other) {
        return new Gru(other);
    }

    private CellKind.Gated kind() {
        return (CellKind.Gated) stack.kind();
    }

    /// The reset gate acts on the state and not on its product with the weights, `n = tanh(x W_in^T + b_in +
    /// (r h) W_hn^T + b_hn)`, as in the paper's first version and in Keras with `reset_after=False`.
    public Gru resetBefore() {
        return with(stack.kind(new CellKind.Gated(false, kind().norm())));
    }

    /// Both products normalised, each with a scale and a shift: Ba, Kiros and Hinton, "Layer normalization"
    /// (2016).
    public Gru layerNorm() {
        return with(stack.kind(new CellKind.Gated(kind().resetAfter(), true)));
    }
}
