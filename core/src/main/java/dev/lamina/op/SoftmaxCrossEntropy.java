package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The cross entropy of labels and the softmax along `axis`: `x [before, classes, after]` and i32
/// `labels [before, after]` to `-log(softmax(x)[label])`, `[before, after]`, without the softmax in memory.
public record SoftmaxCrossEntropy(int axis) implements Composite {
    /// As many whole numbers as f32 tells apart: `SoftmaxCrossEntropyGradient` compares labels as such.
    private static final int MOST_CLASSES = 1 << 24;

    @Override
    public String name() {
        return "softmax_cross_entropy";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        return List.of(inferEach(name(), axis, in.get(0), in.get(1)));
    }

    /// What there is one of for each label.
    static Spec inferEach(String op, int axis, Spec x, Spec labels) {
        DType t = Check.floating(op, List.of(x));
        Check.indices(op, labels);
        Shape s = x.shape();
        int classes = s.dim(s.axis(op, axis));
        if (classes == 0 || classes > MOST_CLASSES)
            throw new ShapeException(op + ": takes 1 to " + MOST_CLASSES + " classes, got " + s + " with axis " + axis);
        Shape each = s.remove(axis);
        Check.equal(op, "labels", each, labels.shape());
        return new Spec(each, t);
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        Tensor label = in.get(1).unsqueeze(axis);
        Tensor picked = in.get(0).logSoftmax(axis).takeAlong(axis, label);
        return List.of(picked.squeeze(axis).neg());
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new SoftmaxCrossEntropyGradient(axis).on(in.get(0), in.get(1), dOut.getFirst()), NONE);
    }
}
