package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.IntRange;
import dev.lamina.LaminaException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.SoftmaxCrossEntropy;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;

/// Cross entropy, with the options of PyTorch's: `new CrossEntropy().labelSmoothing(0.1)`. Classes lie along
/// axis 1 of `logits [n, c, ...]` (axis 0 of `[c]`); targets are i32 labels `[n, ...]`, or probabilities of the
/// shape of the logits. The value of one label y is `w[y] * -log p[y]`, with `p = softmax(logits)` and class
/// weights w; smoothing by e takes the probabilities `(1 - e) * target + e / c`.
///
/// The mean over labels is weighted: it divides by the sum of `w[y]` over the labels that count, and is NaN if
/// none does. The mean over probabilities divides by their number. Labels that a device computed are not
/// checked.
public final class CrossEntropy implements BinaryOperator<Tensor> {
    private final String name;
    private final Reduction reduction;
    private final double smoothing;
    private final Tensor weights;
    private final OptionalInt ignored;

    /// The mean, all classes alike.
    public CrossEntropy() {
        this("cross_entropy", Reduction.MEAN, 0, null, OptionalInt.empty());
    }

    private CrossEntropy(String name, Reduction reduction, double smoothing, Tensor weights, OptionalInt ignored) {
        this.name = name;
        this.reduction = reduction;
        this.smoothing = smoothing;
        this.weights = weights;
        this.ignored = ignored;
    }

    public CrossEntropy reduction(Reduction other) {
        return new CrossEntropy(name, other, smoothing, weights, ignored);
    }

    /// @param amount in [0, 1]
    public CrossEntropy labelSmoothing(double amount) {
        Expect.that(amount >= 0 && amount <= 1, name, "label smoothing must be in [0, 1]", amount);
        return new CrossEntropy(name, reduction, amount, weights, ignored);
    }

    /// @param perClass `[c]`, not negative
    public CrossEntropy classWeights(Tensor perClass) {
        return new CrossEntropy(name, reduction, smoothing, perClass, ignored);
    }

    /// Labels equal to `label`, which need not be a class, count nothing.
    public CrossEntropy ignoreIndex(int label) {
        return new CrossEntropy(name, reduction, smoothing, weights, OptionalInt.of(label));
    }

    /// @throws ShapeException if shapes do not fit, or the batch is empty and a mean is asked for
    /// @throws dev.lamina.IndexException if a label that came from the host is out of range
    @Override
    public Tensor apply(Tensor logits, Tensor target) {
        checkLogits(logits.shape(), target);
        int axis = axis(logits.shape());
        if (target.dtype().floating() || smoothing > 0) return ofLogProbabilities(logits.logSoftmax(axis), target);
        return ofLabels(logits, target, new SoftmaxCrossEntropy(axis)::on);
    }

    /// The same from `log p` instead of logits.
    Tensor ofLogProbabilities(Tensor logp, Tensor target) {
        checkLogits(logp.shape(), target);
        if (target.dtype().floating()) return ofProbabilities(logp, target);
        return ofLabels(logp, target, CrossEntropy::picked);
    }

    /// The negative log likelihood of labels: the same computation under the name that its messages carry.
    CrossEntropy named(String other) {
        return new CrossEntropy(other, reduction, smoothing, weights, ignored);
    }

    /// `-log p` of the labels.
    private static Tensor picked(Tensor logp, Tensor labels) {
        int axis = axis(logp.shape());
        return logp.takeAlong(axis, labels.unsqueeze(axis)).squeeze(axis).neg();
    }

    /// @param scores `log p`, or logits where nothing but `each` asks for them
    /// @param each gives `-log p` of the labels
    private Tensor ofLabels(Tensor scores, Tensor labels, BinaryOperator<Tensor> each) {
        IntRange.check(name + ": label", labels, scores.shape().dim(axis(scores.shape())), ignored);
        Tensor counts = ignored.isPresent() ? labels.ne(ignored.getAsInt()) : null;
        Tensor safe = counts == null ? labels : labels.mul(counts);
        Tensor weight = weights == null ? null : weightsLike(scores).gather(0, safe);
        Tensor loss = each.apply(scores, safe);
        if (weight != null) loss = loss.mul(weight);
        if (smoothing > 0) loss = loss.mul(1 - smoothing).add(smooth(scores));
        if (counts != null) {
            Tensor mask = counts.cast(scores.dtype());
            loss = mask.where(loss, Tensor.zerosLike(loss)); // a product would keep NaN and infinity
            weight = weight == null ? mask : weight.mul(mask);
        }
        return switch (reduction) {
            case NONE -> loss;
            case SUM -> loss.sum();
            case MEAN -> weight == null ? loss.mean() : loss.sum().div(weight.sum());
        };
    }

    /// What all classes add for their share e / c of a label.
    private Tensor smooth(Tensor logp) {
        int axis = axis(logp.shape());
        return weighted(logp).sum(axis).mul(-smoothing / logp.shape().dim(axis));
    }

    private Tensor ofProbabilities(Tensor logp, Tensor target) {
        if (ignored.isPresent())
            throw new LaminaException(name + ": ignoreIndex is for labels, the target is " + target.spec());
        int axis = axis(logp.shape());
        int classes = logp.shape().dim(axis);
        Tensor p = smoothing == 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
        Tensor loss = weighted(logp).mul(p).sum(axis).neg();
        return switch (reduction) {
            case NONE -> loss;
            case SUM -> loss.sum();
            case MEAN -> loss.mean();
        };
    }

    private Tensor weighted(Tensor logp) {
        if (weights == null) return logp;
        Tensor w = weightsLike(logp);
        return logp.mul(
                logp.shape().rank() == 1
                        ? w
                        : Scale.alongChannels(w, logp.shape().rank()));
    }

    private Tensor weightsLike(Tensor logp) {
        return weights.cast(logp.dtype());
    }

    private static int axis(Shape logits) {
        return logits.rank() == 1 ? 0 : 1;
    }

    private void checkLogits(Shape s, Tensor target) {
        if (s.rank() == 0) throw new ShapeException(name + ": expected scores [n, c, ...], got a scalar");
        int classes = s.dim(axis(s));
        if (classes == 0) throw new ShapeException(name + ": there are no classes in " + s);
        if (!target.dtype().floating() && target.dtype() != DType.I32)
            throw new DTypeException(
                    name + ": labels must be i32, got " + target.spec() + "; convert with cast(DType.I32)");
        Shape expected = target.dtype().floating() ? s : s.remove(axis(s));
        if (!target.shape().equals(expected))
            throw new ShapeException(
                    name + ": scores " + s + " need " + (target.dtype().floating() ? "probabilities " : "labels ")
                            + expected + ", got " + target.shape());
        if (weights != null && !weights.shape().equals(Shape.of(classes)))
            throw new ShapeException(name + ": class weights must be [" + classes + "], got " + weights.shape());
        if (reduction == Reduction.MEAN && s.isEmpty())
            throw new ShapeException(name + ": the batch is empty, " + s + ", and has no mean");
    }
}
