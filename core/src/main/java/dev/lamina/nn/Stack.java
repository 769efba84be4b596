package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Steps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The layers of a recurrent network and their settings; a changed one takes over the parameters that still
/// fit.
///
/// @param weights layer by layer, forwards before backwards
record Stack(
        CellKind kind,
        int in,
        int hidden,
        int layers,
        boolean both,
        double dropout,
        boolean timeFirst,
        boolean bias,
        List<CellWeights> weights) {

    static Stack of(CellKind kind, int in, int hidden) {
        Expect.positive(kind.title(), "in", in);
        Expect.positive(kind.title(), "hidden", hidden);
        return new Stack(kind, in, hidden, 1, false, 0, false, true, List.of()).drawn();
    }

    private Stack drawn() {
        var all = new ArrayList<CellWeights>();
        for (int k = 0; k < layers * directions(); k++) {
            int width = k < directions() ? in : kind.size(hidden) * directions();
            all.add(CellWeights.draw(kind, width, hidden, bias, before(k)));
        }
        return new Stack(kind, in, hidden, layers, both, dropout, timeFirst, bias, all);
    }

    /// The weights at the same place before an option was changed.
    private CellWeights before(int k) {
        return k < weights.size() ? weights.get(k) : null;
    }

    Stack kind(CellKind other) {
        return new Stack(other, in, hidden, layers, both, dropout, timeFirst, bias, weights).drawn();
    }

    Stack layers(int n) {
        Expect.positive(kind.title(), "layers", n);
        return new Stack(kind, in, hidden, n, both, dropout, timeFirst, bias, weights).drawn();
    }

    Stack bidirectional() {
        if (both) return this;
        var spread = new ArrayList<CellWeights>();
        for (CellWeights w : weights) {
            spread.add(w);
            spread.add(null);
        }
        return new Stack(kind, in, hidden, layers, true, dropout, timeFirst, bias, spread).drawn();
    }

    Stack dropout(double p) {
        Expect.that(p >= 0 && p < 1, kind.title(), "dropout must be in [0, 1)", p);
        return new Stack(kind, in, hidden, layers, both, p, timeFirst, bias, weights);
    }

    Stack withTimeFirst() {
        return new Stack(kind, in, hidden, layers, both, dropout, true, bias, weights);
    }

    Stack noBias() {
        return new Stack(kind, in, hidden, layers, both, dropout, timeFirst, false, weights).drawn();
    }

    int directions() {
        return both ? 2 : 1;
    }

    /// PyTorch's names: `weight_ih_l0`, `bias_hh_l1_reverse`.
    SequencedMap<String, Parameter> named() {
        var all = new LinkedHashMap<String, Parameter>();
        for (int k = 0; k < weights.size(); k++) {
            String suffix = "_l" + k / directions() + (k % directions() == 1 ? "_reverse" : "");
            weights.get(k).named().forEach((name, p) -> all.put(name + suffix, p));
        }
        return all;
    }

    void check(Tensor x) {
        boolean fits = x.shape().rank() == 3 && x.shape().dim(2) == in;
        Expect.shape(fits, kind.title(), (timeFirst ? "[time, batch, " : "[batch, time, ") + in + "]", x);
        if (x.shape().dim(timeFirst ? 0 : 1) == 0)
            throw new ShapeException(kind.title() + ": there are no steps in " + x.shape());
        Expect.type(kind.title(), x, weights.getFirst().named().firstEntry().getValue());
    }

    Recurrent.Output run(Tensor x, State first) {
        check(x);
        int batch = x.shape().dim(timeFirst ? 1 : 0);
        int time = x.shape().dim(timeFirst ? 0 : 1);
        Tensor ordered = timeFirst ? x : x.permute(1, 0, 2);
        var r = rows(ordered.reshape(time * batch, in), Steps.of(time, batch), state(first, batch, x));
        Tensor y = r.y().reshape(time, batch, r.y().shape().dim(1));
        return new Recurrent.Output(timeFirst ? y : y.permute(1, 0, 2), r.last());
    }

    Recurrent.Output run(Tensor x, int[] lengths, State first) {
        check(x);
        var packed = Packed.of(kind.title(), x, timeFirst, lengths);
        var r = run(packed, first);
        return new Recurrent.Output(r.y().pad(timeFirst, x.shape().dim(timeFirst ? 0 : 1)), r.state());
    }

    Recurrent.PackedOutput run(Packed x, State first) {
        Tensor rows = x.rows();
        Expect.shape(rows.shape().rank() == 2 && rows.shape().dim(1) == in, kind.title(), "[rows, " + in + "]", rows);
        State given = state(first, x.lengths().size(), rows);
        boolean same = x.inOrder();
        var r = rows(rows, x.steps(), same || first == null ? given : given.select(x.order()));
        return new Recurrent.PackedOutput(
                x.with(r.y()), same ? r.last() : r.last().select(x.original()));
    }

    /// Zeros for null.
    private State state(State given, int batch, Tensor like) {
        int count = layers * directions();
        Shape h = Shape.of(count, batch, kind.size(hidden));
        Shape c = Shape.of(count, batch, hidden);
        if (given == null) {
            Tensor zeros = zeros(like, h);
            return new State(zeros, !kind.memory() ? null : c.equals(h) ? zeros : zeros(like, c));
        }
        check("h", h, given.h());
        if (kind.memory() && given.c() == null)
            throw new ShapeException(kind.title() + ": the initial state has no c; expected h " + h + " and c " + c);
        if (kind.memory()) check("c", c, given.c());
        return given;
    }

    private void check(String what, Shape expected, Tensor got) {
        if (!got.shape().equals(expected))
            throw new ShapeException(kind.title() + ": the initial " + what + " must be " + expected
                    + " [layers x directions, batch, size], got " + got.shape());
    }

    static Tensor zeros(Tensor like, Shape s) {
        return like.device().with(() -> Tensor.full(0, like.dtype(), s.dims()));
    }

    /// All layers over the rows of all steps.
    private CellWeights.Result rows(Tensor x, Steps steps, State first) {
        var h = new ArrayList<Tensor>();
        var c = new ArrayList<Tensor>();
        Tensor y = x;
        for (int layer = 0; layer < layers; layer++) {
            if (layer > 0) y = new Dropout(dropout).apply(y);
            var sides = new ArrayList<Tensor>();
            for (int side = 0; side < directions(); side++) {
                int k = layer * directions() + side;
                var r = weights.get(k).run(y, side == 0 ? steps : steps.reversed(), first.layer(k));
                sides.add(r.y());
                h.add(r.last().h());
                c.add(r.last().c());
            }
            y = sides.size() == 1 ? sides.getFirst() : Tensor.concat(1, sides);
        }
        return new CellWeights.Result(y, new State(Tensor.stack(0, h), kind.memory() ? Tensor.stack(0, c) : null));
    }
}
