package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Recurrent networks by their formulas: one sequence at a time, one step after the other, in plain ops on
/// PyTorch's parameters. What the layers are compared with.
record Alone(Kind kind, Map<String, Parameter> parameters, int layers, boolean both) {
    enum Kind {
        TANH,
        RELU,
        LSTM,
        GRU,
        GRU_RESET_BEFORE
    }

    /// The outputs `[batch, time, size]` with zeros after the end of each sequence, and the last states.
    Recurrent.Output run(Tensor x, int[] lengths, State first) {
        var y = new ArrayList<Tensor>();
        var h = new ArrayList<Tensor>();
        var c = new ArrayList<Tensor>();
        int time = x.shape().dim(1);
        for (int b = 0; b < lengths.length; b++) {
            var out = sequence(x.at(b).slice(0, 0, lengths[b]), first, b);
            y.add(out.y().pad(new int[] {0, 0}, new int[] {time - lengths[b], 0}, 0));
            h.add(out.state().h());
            if (first.c() != null) c.add(out.state().c());
        }
        return new Recurrent.Output(
                Tensor.stack(0, y), new State(Tensor.stack(1, h), c.isEmpty() ? null : Tensor.stack(1, c)));
    }

    /// @param x `[steps, in]`
    private Recurrent.Output sequence(Tensor x, State first, int b) {
        var h = new ArrayList<Tensor>();
        var c = new ArrayList<Tensor>();
        Tensor y = x;
        int directions = both ? 2 : 1;
        for (int layer = 0; layer < layers; layer++) {
            var sides = new ArrayList<Tensor>();
            for (int side = 0; side < directions; side++) {
                int k = layer * directions + side;
                State s = new State(
                        first.h().at(k).at(b).unsqueeze(0),
                        first.c() == null ? null : first.c().at(k).at(b).unsqueeze(0));
                String suffix = "_l" + layer + (side == 1 ? "_reverse" : "");
                var steps = new ArrayList<Tensor>();
                int n = y.shape().dim(0);
                for (int i = 0; i < n; i++) {
                    int t = side == 1 ? n - 1 - i : i;
                    s = step(y.slice(0, t, t + 1), s, suffix);
                    steps.add(s.h());
                }
                if (side == 1) Collections.reverse(steps);
                sides.add(Tensor.concat(0, steps));
                h.add(s.h().squeeze(0));
                if (s.c() != null) c.add(s.c().squeeze(0));
            }
            y = Tensor.concat(1, sides);
        }
        return new Recurrent.Output(y, new State(Tensor.stack(0, h), c.isEmpty() ? null : Tensor.stack(0, c)));
    }

    private Tensor p(String name) {
        return parameters.get(name).value();
    }

    private Tensor affine(Tensor x, String side, String suffix) {
        Tensor y = x.matmul(p("weight_" + side + suffix), false, true);
        return parameters.containsKey("bias_" + side + suffix) ? y.add(p("bias_" + side + suffix)) : y;
    }

    private State step(Tensor x, State s, String suffix) {
        Tensor a = affine(x, "ih", suffix);
        Tensor b = affine(s.h(), "hh", suffix);
        int n = a.shape().dim(1) / gates();
        List<Tensor> i = a.split(1, n);
        List<Tensor> j = b.split(1, n);
        return switch (kind) {
            case TANH -> new State(a.add(b).tanh());
            case RELU -> new State(a.add(b).relu());
            case LSTM -> longShort(i, j, s, suffix);
            case GRU -> {
                Tensor r = i.get(0).add(j.get(0)).sigmoid();
                Tensor z = i.get(1).add(j.get(1)).sigmoid();
                Tensor m = i.get(2).add(r.mul(j.get(2))).tanh();
                yield new State(z.neg().add(1).mul(m).add(z.mul(s.h())));
            }
            case GRU_RESET_BEFORE -> {
                Tensor r = i.get(0).add(j.get(0)).sigmoid();
                Tensor z = i.get(1).add(j.get(1)).sigmoid();
                Tensor reset = affine(r.mul(s.h()), "hh", suffix).split(1, n).get(2);
                Tensor m = i.get(2).add(reset).tanh();
                yield new State(z.neg().add(1).mul(m).add(z.mul(s.h())));
            }
        };
    }

    private State longShort(List<Tensor> i, List<Tensor> j, State s, String suffix) {
        Tensor[] a = new Tensor[4];
        for (int g = 0; g < 4; g++) a[g] = i.get(g).add(j.get(g));
        Parameter peepholes = parameters.get("weight_peephole" + suffix);
        if (peepholes != null) {
            a[0] = a[0].add(s.c().mul(peepholes.value().at(0)));
            a[1] = a[1].add(s.c().mul(peepholes.value().at(1)));
        }
        Tensor c = a[1].sigmoid().mul(s.c()).add(a[0].sigmoid().mul(a[2].tanh()));
        if (peepholes != null) a[3] = a[3].add(c.mul(peepholes.value().at(2)));
        Tensor h = a[3].sigmoid().mul(c.tanh());
        Parameter projection = parameters.get("weight_hr" + suffix);
        return new State(projection == null ? h : h.matmul(projection.value(), false, true), c);
    }

    private int gates() {
        return switch (kind) {
            case TANH, RELU -> 1;
            case LSTM -> 4;
            case GRU, GRU_RESET_BEFORE -> 3;
        };
    }
}
