package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;

/// What attention and its gradient have in common when they are made of other ops.
///
/// @param in the inputs of `op`
record AttentionScores(Attention op, List<Tensor> in) {
    Tensor q() {
        return in.get(0);
    }

    Tensor k() {
        return present(in.get(1));
    }

    Tensor v() {
        return present(in.get(2));
    }

    int keys() {
        return in.get(1).shape().dim(2);
    }

    private int queries() {
        return q().shape().dim(2);
    }

    private DType type() {
        return q().dtype();
    }

    Tensor fill(Shape shape, double value) {
        return fill(new Spec(shape, type()), value);
    }

    Tensor fill(Spec spec, double value) {
        return Tensor.apply(new Fill(spec, value), List.of(), q().device()).getFirst();
    }

    private Tensor positions(Shape shape, int axis) {
        return Tensor.apply(new Iota(new Spec(shape, type()), axis), List.of(), q().device())
                .getFirst();
    }

    /// Zeros in place of rows behind the end of each sequence: whatever lies there has no part.
    private Tensor present(Tensor rows) {
        if (!op.lengths()) return rows;
        Tensor there = positions(Shape.of(1, 1, keys(), 1), 2).lt(ends());
        return there.where(rows, fill(Shape.SCALAR, 0));
    }

    /// `[b, 1, 1, 1]`.
    private Tensor ends() {
        return in.get(3).cast(type()).reshape(-1, 1, 1, 1);
    }

    /// `[b, h, tq, tk]`, minus infinity where a query may not see a key.
    Tensor masked() {
        Tensor s = q().matmul(k(), false, true).mul(op.scale());
        if (op.bias()) s = s.add(in.getLast());
        Tensor column = positions(Shape.of(1, 1, 1, keys()), 3);
        if (op.lengths()) s = column.lt(ends()).where(s, fill(Shape.SCALAR, Double.NEGATIVE_INFINITY));
        if (!op.causal()) return s;
        Tensor last = positions(Shape.of(1, 1, queries(), 1), 2).add(keys() - queries());
        return column.le(last).where(s, fill(Shape.SCALAR, Double.NEGATIVE_INFINITY));
    }
}
