package dev.lamina.nn;

/// The simple recurrent network, `h = tanh(x W_ih^T + b_ih + h W_hh^T + b_hh)`: Elman, "Finding structure in
/// time" (1990).
public final class Rnn extends Recurrent<Rnn> {
    /// One layer of `hidden` units that reads `in` numbers a step.
    public Rnn(int in, int hidden) {
        this(Stack.of(new CellKind.Simple(false, false), in, hidden));
    }

    private Rnn(Stack stack) {
        super(stack);
    }

    @Override
    Rnn with(Stack other) {
        return new Rnn(other);
    }

    private CellKind.Simple kind() {
        return (CellKind.Simple) stack.kind();
    }

    /// With relu instead of tanh: Le, Jaitly and Hinton (2015) begin with `W_hh` the identity then.
    public Rnn relu() {
        return with(stack.kind(new CellKind.Simple(true, kind().norm())));
    }

    /// Both products normalised, each with a scale and a shift: Ba, Kiros and Hinton, "Layer normalization"
    /// (2016).
    public Rnn layerNorm() {
        return with(stack.kind(new CellKind.Simple(kind().relu(), true)));
    }
}
