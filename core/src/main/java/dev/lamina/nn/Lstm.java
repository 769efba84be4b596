package dev.lamina.nn;

/// Long short-term memory, gates in PyTorch's order input, forget, cell, output: `c = sigmoid(f) c +
/// sigmoid(i) tanh(g)`, `h = sigmoid(o) tanh(c)`, each gate `x W_ih^T + b_ih + h W_hh^T + b_hh`. Hochreiter
/// and Schmidhuber, "Long short-term memory" (1997); Gers, Schmidhuber and Cummins, "Learning to forget"
/// (2000).
public final class Lstm extends Recurrent<Lstm> {
    /// One layer of `hidden` cells that reads `in` numbers a step.
    public Lstm(int in, int hidden) {
        this(Stack.of(new CellKind.LongShort(false, 0, false), in, hidden));
    }

    private Lstm(Stack stack) {
        super(stack);
    }

    @Override
    Lstm with(Stack other) {
        return new Lstm(other);
    }

    private CellKind.LongShort kind() {
        return (CellKind.LongShort) stack.kind();
    }

    /// `h` projected to `size` numbers by `weight_hr [size, hidden]`: Sak, Senior and Beaufays (2014).
    public Lstm projection(int size) {
        Expect.positive("lstm", "projection", size);
        return with(stack.kind(new CellKind.LongShort(kind().peepholes(), size, kind().norm())));
    }

    /// The input and forget gates see the old cell state and the output gate the new one, each through
    /// `weight_peephole [3, hidden]`: Gers, Schraudolph and Schmidhuber (2002).
    public Lstm peepholes() {
        return with(stack.kind(new CellKind.LongShort(true, kind().projection(), kind().norm())));
    }

    /// Both products and the cell state before its tanh normalised, each with a scale and a shift: Ba, Kiros
    /// and Hinton, "Layer normalization" (2016).
    public Lstm layerNorm() {
        return with(stack.kind(new CellKind.LongShort(kind().peepholes(), kind().projection(), true)));
    }
}
