package dev.lamina.op;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.of;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// What a recurrent network does in one step, as an elementwise function of the products of its input and its
/// state with the weights, and the gradient of that function.
///
/// Forward, the inputs are the products x W of each gate, the products h W of each gate, the state carried
/// over (`c` of an LSTM, else `h`), and further vectors. The outputs are what the gradient needs, `c` if
/// there is one, and `h` last.
///
/// Backward, the inputs are what was kept, the state carried over before and after the step, the further
/// vectors, the terms of the gradient of h, and the gradient of the state carried over. The outputs are the
/// gradients of x W of each gate, that of the last h W where it differs, and that of the state carried over.
public enum Cell {
    /// `h = tanh(x W + h W)`: Elman, "Finding structure in time" (1990).
    RNN_TANH(simple(Functions.TANH)),
    RNN_RELU(simple(Functions.RELU)),
    /// Gates input, forget, cell, output: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with
    /// the forget gate of Gers, Schmidhuber and Cummins (2000).
    LSTM(longShort(false, false)),
    /// The gates see the cell through weights of their own: Gers, Schraudolph and Schmidhuber, "Learning
    /// precise timing with LSTM recurrent networks" (2002).
    LSTM_PEEPHOLE(longShort(true, false)),
    /// `h` is a linear map of the output: Sak, Senior and Beaufays, "Long short-term memory based recurrent
    /// neural network architectures for large vocabulary speech recognition" (2014).
    LSTM_PROJECTED(longShort(false, true)),
    LSTM_PEEPHOLE_PROJECTED(longShort(true, true)),
    /// Gates reset, update, new: Cho et al., "Learning phrase representations using RNN encoder-decoder"
    /// (2014); the reset gate acts on the product, as PyTorch and cuDNN have it.
    GRU(gated());

    /// @param gates products per step
    /// @param extras further vectors of the size of h
    /// @param memory there is a `c` beside `h`
    /// @param carries the state flows on without passing through the weights
    /// @param lastDiffers the last gate's h W has a gradient other than its x W
    private record Parts(
            int gates,
            int extras,
            boolean memory,
            boolean carries,
            boolean projected,
            boolean lastDiffers,
            List<Expr> forward,
            List<Expr> backward) {}

    private final Parts parts;
    private final Elementwise forward;
    private final Elementwise backward;

    Cell(Parts parts) {
        this.parts = parts;
        int arity = 2 * parts.gates + 1 + parts.extras;
        String name = name().toLowerCase(Locale.ROOT);
        forward = Elementwise.update(name + "_step", arity, parts.forward);
        int terms = parts.projected ? 1 : 1 + parts.gates;
        int back = kept() + 2 + parts.extras + terms + (parts.carries ? 1 : 0);
        backward = Elementwise.update(name + "_step_gradient", back, parts.backward);
    }

    public int gates() {
        return parts.gates;
    }

    /// Vectors that enter every step: 3 peepholes, or the bias inside the reset gate.
    public int extras() {
        return parts.extras;
    }

    /// True if a cell state goes along with `h`.
    public boolean memory() {
        return parts.memory;
    }

    public boolean projected() {
        return parts.projected;
    }

    boolean carries() {
        return parts.carries;
    }

    boolean lastDiffers() {
        return parts.lastDiffers;
    }

    Elementwise forward() {
        return forward;
    }

    Elementwise backward() {
        return backward;
    }

    /// Outputs of `forward` that only the gradient needs.
    int kept() {
        return parts.forward.size() - 1 - (parts.memory ? 1 : 0);
    }

    private static Parts simple(Elementwise f) {
        Expr h = f.outputs().getFirst().with(in(0).add(in(1)));
        Expr after = in(1);
        Expr dh = in(2).add(in(3));
        Expr da = f.gradients().getFirst().with(of(0), after, dh);
        return new Parts(1, 0, false, false, false, false, List.of(h), List.of(da));
    }

    private static Parts longShort(boolean peepholes, boolean projected) {
        Expr before = in(8);
        var a = IntStream.range(0, 4).mapToObj(g -> in(g).add(in(4 + g))).toList();
        Expr i = (peepholes ? a.get(0).add(before.mul(in(9))) : a.get(0)).sigmoid();
        Expr f = (peepholes ? a.get(1).add(before.mul(in(10))) : a.get(1)).sigmoid();
        Expr g = a.get(2).tanh();
        Expr c = f.mul(before).add(i.mul(g));
        Expr o = (peepholes ? a.get(3).add(c.mul(in(11))) : a.get(3)).sigmoid();
        Expr t = c.tanh();
        var backward = longShortBackward(peepholes, projected);
        int extras = peepholes ? 3 : 0;
        return new Parts(4, extras, true, true, projected, false, List.of(i, f, g, o, t, c, o.mul(t)), backward);
    }

    private static List<Expr> longShortBackward(boolean peepholes, boolean projected) {
        Expr i = in(0);
        Expr f = in(1);
        Expr g = in(2);
        Expr o = in(3);
        Expr t = in(4);
        Expr before = in(5);
        int at = 7 + (peepholes ? 3 : 0);
        int terms = projected ? 1 : 5;
        Expr dh = sum(at, terms);
        Expr dO = dh.mul(t).mul(slope(o));
        Expr dc = in(at + terms).add(dh.mul(o).mul(of(1).sub(t.mul(t))));
        if (peepholes) dc = dc.add(dO.mul(in(9)));
        Expr dI = dc.mul(g).mul(slope(i));
        Expr dF = dc.mul(before).mul(slope(f));
        Expr dG = dc.mul(i).mul(of(1).sub(g.mul(g)));
        Expr carried = dc.mul(f);
        if (peepholes) carried = carried.add(dI.mul(in(7))).add(dF.mul(in(8)));
        return List.of(dI, dF, dG, dO, carried);
    }

    private static Parts gated() {
        Expr before = in(6);
        Expr r = in(0).add(in(3)).sigmoid();
        Expr z = in(1).add(in(4)).sigmoid();
        Expr q = in(5).add(in(7));
        Expr n = in(2).add(r.mul(q)).tanh();
        Expr h = n.add(z.mul(before.sub(n)));
        return new Parts(3, 1, false, true, false, true, List.of(r, z, n, q, h), gatedBackward());
    }

    private static List<Expr> gatedBackward() {
        Expr r = in(0);
        Expr z = in(1);
        Expr n = in(2);
        Expr q = in(3);
        Expr before = in(4);
        Expr dh = sum(7, 5); // dy, three products and what is carried over
        Expr dN = dh.mul(of(1).sub(z)).mul(of(1).sub(n.mul(n)));
        Expr dZ = dh.mul(before.sub(n)).mul(slope(z));
        Expr dR = dN.mul(q).mul(slope(r));
        return List.of(dR, dZ, dN, dN.mul(r), dh.mul(z));
    }

    /// The derivative of a sigmoid whose value is s.
    private static Expr slope(Expr s) {
        return s.mul(of(1).sub(s));
    }

    private static Expr sum(int from, int count) {
        Expr s = in(from);
        for (int k = 1; k < count; k++) s = s.add(in(from + k));
        return s;
    }
}
