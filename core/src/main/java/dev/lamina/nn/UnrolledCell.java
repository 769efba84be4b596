package dev.lamina.nn;

import dev.lamina.Tensor;
import dev.lamina.op.Split;
import dev.lamina.op.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The steps of the variants that are not one op, in plain ops: normalised ones, and a GRU whose reset gate
/// acts on the state.
record UnrolledCell(CellWeights weights) {
    private static final double EPS = 1e-5;

    /// @param product of the inputs with their weights, `[gates, rows, hidden]`
    CellWeights.Result run(Tensor product, Steps steps, State first) {
        Tensor x = weights.kind().norm() ? normalised("ih", product) : product;
        List<Tensor> byStep = Tensor.apply(new Split(steps.sizes()), List.of(x.permute(1, 0, 2)));
        var states = new StepStates(steps, first);
        for (int k = 0; k < steps.count(); k++) {
            int t = steps.at(k);
            states.set(t, step(parts(byStep.get(t).permute(1, 0, 2)), states.before(t)));
        }
        return states.result();
    }

    private State step(List<Tensor> x, State before) {
        return switch (weights.kind()) {
            case CellKind.Simple s -> {
                Tensor a = x.getFirst().add(product(before.h()).getFirst());
                yield new State(s.relu() ? a.relu() : a.tanh());
            }
            case CellKind.LongShort l -> longShort(l, x, before);
            case CellKind.Gated g -> gated(g, x, before.h());
        };
    }

    private State longShort(CellKind.LongShort kind, List<Tensor> x, State before) {
        List<Tensor> h = product(before.h());
        Tensor i = x.get(0).add(h.get(0));
        Tensor f = x.get(1).add(h.get(1));
        Tensor g = x.get(2).add(h.get(2)).tanh();
        Tensor o = x.get(3).add(h.get(3));
        List<Tensor> peepholes = kind.peepholes() ? parts(weights.value("weight_peephole")) : List.of();
        if (kind.peepholes()) {
            i = i.add(before.c().mul(peepholes.get(0)));
            f = f.add(before.c().mul(peepholes.get(1)));
        }
        Tensor c = f.sigmoid().mul(before.c()).add(i.sigmoid().mul(g));
        if (kind.peepholes()) o = o.add(c.mul(peepholes.get(2)));
        Tensor leaving = c.normalize(EPS, 1)
                .mul(weights.value("norm_c_weight"))
                .add(weights.value("norm_c_bias"))
                .tanh();
        Tensor y = o.sigmoid().mul(leaving);
        return new State(kind.projection() > 0 ? y.matmul(weights.value("weight_hr"), false, true) : y, c);
    }

    private State gated(CellKind.Gated kind, List<Tensor> x, Tensor h) {
        List<Tensor> products = kind.resetAfter() ? product(h) : product(h, 0, 2);
        Tensor r = x.get(0).add(products.get(0)).sigmoid();
        Tensor z = x.get(1).add(products.get(1)).sigmoid();
        Tensor q = kind.resetAfter()
                ? r.mul(products.get(2))
                : product(r.mul(h), 2, 3).getFirst();
        Tensor n = x.get(2).add(q).tanh();
        return new State(n.add(z.mul(h.sub(n))));
    }

    private List<Tensor> product(Tensor h) {
        return product(h, 0, weights.kind().gates());
    }

    /// The state times the weights of some of the gates.
    private List<Tensor> product(Tensor h, int from, int to) {
        Tensor y = h.unsqueeze(0).matmul(weights.gates("weight_hh").slice(0, from, to), false, true);
        return parts(weights.kind().norm() ? normalised("hh", y, from, to) : y);
    }

    private Tensor normalised(String side, Tensor y) {
        return normalised(side, y, 0, weights.kind().gates());
    }

    /// Over all gates of a row together.
    private Tensor normalised(String side, Tensor y, int from, int to) {
        return y.normalize(EPS, 0, 2)
                .mul(weights.perRow("norm_" + side + "_weight").slice(0, from, to))
                .add(weights.perRow("norm_" + side + "_bias").slice(0, from, to));
    }

    private static List<Tensor> parts(Tensor x) {
        var ones = Collections.nCopies(x.shape().dim(0), 1);
        var parts = new ArrayList<Tensor>();
        for (Tensor p : Tensor.apply(new Split(ones), List.of(x))) parts.add(p.squeeze(0));
        return parts;
    }

    /// The states after each step.
    private static final class StepStates {
        private final Steps steps;
        private final State first;
        private final Tensor[] h;
        private final Tensor[] c;

        StepStates(Steps steps, State first) {
            this.steps = steps;
            this.first = first;
            h = new Tensor[steps.count()];
            c = new Tensor[steps.count()];
        }

        State before(int t) {
            Tensor memory = first.c() == null ? null : steps.previous(t, Arrays.asList(c), first.c());
            return new State(steps.previous(t, Arrays.asList(h), first.h()), memory);
        }

        void set(int t, State s) {
            h[t] = s.h();
            c[t] = s.c();
        }

        CellWeights.Result result() {
            Tensor y = h.length == 1 ? h[0] : Tensor.concat(0, List.of(h));
            return new CellWeights.Result(
                    y, new State(steps.last(List.of(h)), first.c() == null ? null : steps.last(List.of(c))));
        }
    }
}
