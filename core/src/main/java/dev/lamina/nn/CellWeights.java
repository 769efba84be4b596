package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.MatMul;
import dev.lamina.op.Recurrence;
import dev.lamina.op.Steps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// One layer of a recurrent network in one direction: its parameters, and the sequence of its steps.
///
/// @param named by PyTorch's names, without the number of the layer
record CellWeights(CellKind kind, int in, int hidden, SequencedMap<String, Parameter> named) {
    /// Drawn as PyTorch does, uniform within +-1 / sqrt(hidden); those of `before` that fit are taken over.
    static CellWeights draw(CellKind kind, int in, int hidden, boolean bias, CellWeights before) {
        double bound = 1 / Math.sqrt(hidden);
        var named = new LinkedHashMap<String, Parameter>();
        kind.shapes(in, hidden, bias).forEach((name, shape) -> {
            Parameter old = before == null ? null : before.named.get(name);
            if (old != null && old.shape().equals(shape)) named.put(name, old);
            else named.put(name, initializer(name, bound).parameter(shape.dims()));
        });
        return new CellWeights(kind, in, hidden, named);
    }

    private static Initializer initializer(String name, double bound) {
        if (!name.startsWith("norm_")) return Initializer.uniform(-bound, bound);
        return name.endsWith("_weight") ? Initializer.ones() : Initializer.zeros();
    }

    /// The outputs of all steps `[rows, size]`, and the last state of each sequence.
    record Result(Tensor y, State last) {}

    /// @param x `[rows, in]`
    Result run(Tensor x, Steps steps, State first) {
        return kind.fused() ? fused(x, steps, first) : new UnrolledCell(this).run(product(x), steps, first);
    }

    private Result fused(Tensor x, Steps steps, State first) {
        var inputs = new ArrayList<>(List.of(product(x), gates("weight_hh"), first.h()));
        if (kind.memory()) inputs.add(first.c());
        if (kind instanceof CellKind.Gated) inputs.add(resetBias(x));
        if (named.containsKey("weight_peephole")) inputs.add(value("weight_peephole"));
        if (named.containsKey("weight_hr")) inputs.add(value("weight_hr"));
        var op = new Recurrence(kind.cell(), steps, Tape.recording());
        List<Tensor> out = Tensor.apply(op, inputs);
        return new Result(out.get(0), new State(out.get(1), kind.memory() ? out.get(2) : null));
    }

    Tensor value(String name) {
        return named.get(name).value();
    }

    /// A parameter `[gates * hidden, ...]` by gate.
    Tensor gates(String name) {
        Tensor p = value(name);
        Shape s = p.shape();
        return p.reshape(Shape.of(kind.gates(), hidden).concat(s.sub(1, s.rank())));
    }

    /// A parameter `[gates * hidden]` by gate, to be added to rows.
    Tensor perRow(String name) {
        return value(name).reshape(kind.gates(), 1, hidden);
    }

    /// The inputs of all steps times their weights, `[gates, rows, hidden]`, with the biases that can be
    /// added at once: all but that inside the reset gate.
    private Tensor product(Tensor x) {
        Tensor rows = x.unsqueeze(0);
        var linear = new MatMul(false, true);
        if (kind.norm()) return linear.on(rows, gates("weight_ih"));
        if (!named.containsKey("bias_ih")) return linear.on(rows, gates("weight_ih"));
        Tensor state = perRow("bias_hh");
        if (kind instanceof CellKind.Gated && kind.fused())
            state = Tensor.concat(0, List.of(state.slice(0, 0, 2), Tensor.zerosLike(state.slice(0, 2, 3))));
        return new Affine(linear, Optional.empty())
                .on(rows, gates("weight_ih"), perRow("bias_ih").add(state));
    }

    private Tensor resetBias(Tensor like) {
        if (named.containsKey("bias_hh")) return gates("bias_hh").slice(0, 2, 3);
        return like.device().with(() -> Tensor.full(0, like.dtype(), 1, hidden));
    }
}
