package dev.lamina;

import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Iota;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Picks along an axis as a gather of single elements, by their places in the whole tensor.
final class TakeAlong {
    private static final Elementwise ADD_SCALED =
            Elementwise.of("add_scaled", 2, Expr.in(0).add(Expr.in(1).mul(Expr.scalar(0))));

    private TakeAlong() {}

    /// @param index of the shape of x but along `axis`
    static Tensor of(Tensor x, int axis, Tensor index) {
        long[] strides = x.shape().strides();
        Tensor place = strides[axis] == 1 ? index : index.mul(strides[axis]);
        for (int i = 0; i < x.shape().rank(); i++)
            if (i != axis && x.shape().dim(i) > 1) {
                Tensor along = Tensor.apply(new Iota(index.spec(), i), List.of(), x.device())
                        .getFirst();
                place = new Pointwise(ADD_SCALED, List.of((double) strides[i])).on(place, along);
            }
        return x.reshape(-1).gather(0, place);
    }
}
