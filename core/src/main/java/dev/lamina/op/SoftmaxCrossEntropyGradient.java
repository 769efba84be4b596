package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// The gradient of `SoftmaxCrossEntropy` from x, the labels and dLoss: `dx = (softmax(x) - hit) * dLoss`, hit being
/// 1 at the label and 0 elsewhere.
public record SoftmaxCrossEntropyGradient(int axis) implements Composite {
    /// Of the softmax, dLoss, the label and the class.
    private static final Elementwise INPUT = Elementwise.of(
            "softmax_cross_entropy_input",
            4,
            Expr.in(0).sub(Expr.in(2).eq(Expr.in(3))).mul(Expr.in(1)));

    @Override
    public String name() {
        return "softmax_cross_entropy_gradient";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 3);
        Check.floating(name(), List.of(in.get(0), in.get(2)));
        Spec each = SoftmaxCrossEntropy.inferEach(name(), axis, in.get(0), in.get(1));
        Check.equal(name(), "output gradient", each.shape(), in.get(2).shape());
        return List.of(in.getFirst());
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        Tensor x = in.get(0);
        DType t = x.dtype();
        int[] row = new int[x.shape().rank()];
        Arrays.fill(row, 1);
        row[axis] = x.shape().dim(axis);
        var classes = new Iota(new Spec(Shape.of(row), t), axis);
        return List.of(Tensor.map(
                INPUT,
                x.softmax(axis),
                in.get(2).unsqueeze(axis),
                in.get(1).cast(t).unsqueeze(axis),
                Tensor.apply(classes, List.of(), x.device()).getFirst()));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        var of = Tape.pullback(this::lower, in, dOut);
        return List.of(of.get(0), NONE, of.get(2));
    }
}
