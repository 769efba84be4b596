package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.MatMul;
import java.util.Optional;
import java.util.SequencedMap;

/// `y = x W^T + b`: `x [..., in] -> y [..., out]`, with `weight [out, in]` and `bias [out]` (PyTorch's Linear).
///
/// Methods that change an option return a layer with the same parameters, drawn again only if they no longer
/// fit.
public final class Dense implements Linear {
    private final int in;
    private final Weights weights;

    public Dense(int in, int out) {
        this(in, Weights.draw(Expect.positive("dense", "out", out), out, Expect.positive("dense", "in", in)));
    }

    private Dense(int in, Weights weights) {
        this.in = in;
        this.weights = weights;
    }

    public Dense noBias() {
        return new Dense(in, weights.noBias());
    }

    /// The weight drawn by `weight`.
    public Dense init(Initializer weight) {
        return new Dense(in, weights.init(weight));
    }

    public Parameter weight() {
        return weights.weight();
    }

    /// @throws dev.lamina.ShapeException if the last axis of x is not `in`
    @Override
    public Tensor apply(Tensor x, Optional<Elementwise> activation) {
        int rank = x.shape().rank();
        Expect.shape(rank > 0 && x.shape().dim(-1) == in, "dense", "[..., " + in + "]", x);
        Expect.type("dense", x, weights.weight());
        if (rank == 1) return apply(x.unsqueeze(0), activation).squeeze(0);
        Tensor rows = rank == 2 ? x : x.reshape(Shape.of((int) x.shape().size(0, rank - 1), in));
        Tensor y = weights.affine(new MatMul(false, true), rows, activation);
        return rank == 2 ? y : y.reshape(x.shape().with(rank - 1, y.shape().dim(1)));
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return weights.named();
    }
}
