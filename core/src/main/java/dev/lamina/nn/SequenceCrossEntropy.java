package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.IntRange;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;

/// Cross entropy of sequences: scores `[n, t, c]` with classes last, as sequence models give them, and i32
/// labels `[n, t]`. What is padding counts nothing, in the value and in the gradient: say which by a mask, or
/// by the label that padding has, with `ignoreIndex`. The mean is over the labels that count, so that a long
/// sequence weighs more than a short one; it is NaN if none does.
public final class SequenceCrossEntropy implements BinaryOperator<Tensor> {
    private static final String NAME = "sequence_cross_entropy";

    private final CrossEntropy each;
    private final Reduction reduction;
    private final OptionalInt ignored;

    /// The mean, without smoothing.
    public SequenceCrossEntropy() {
        this(new CrossEntropy().named(NAME).reduction(Reduction.NONE), Reduction.MEAN, OptionalInt.empty());
    }

    private SequenceCrossEntropy(CrossEntropy each, Reduction reduction, OptionalInt ignored) {
        this.each = each;
        this.reduction = reduction;
        this.ignored = ignored;
    }

    /// With `NONE` the result is [n, t], 0 for padding.
    public SequenceCrossEntropy reduction(Reduction other) {
        return new SequenceCrossEntropy(each, other, ignored);
    }

    /// Takes `(1 - amount) * target + amount / c` for the target, as `CrossEntropy` does.
    ///
    /// @param amount in [0, 1]
    public SequenceCrossEntropy labelSmoothing(double amount) {
        return new SequenceCrossEntropy(each.labelSmoothing(amount), reduction, ignored);
    }

    /// Labels equal to `label`, which need not be a class, are padding.
    public SequenceCrossEntropy ignoreIndex(int label) {
        return new SequenceCrossEntropy(each.ignoreIndex(label), reduction, OptionalInt.of(label));
    }

    /// All labels count, except those that are ignored.
    ///
    /// @throws ShapeException if shapes do not fit, or the batch is empty and a mean is asked for
    /// @throws dev.lamina.IndexException if a label that came from the host is out of range; it names the
    ///     sequence and the step
    @Override
    public Tensor apply(Tensor logits, Tensor labels) {
        Tensor loss = each(logits, labels);
        if (ignored.isEmpty()) return reduce(loss, null);
        return reduce(loss, labels.ne(ignored.getAsInt()).cast(loss.dtype()));
    }

    /// Labels count where `mask [n, t]` is not 0.
    ///
    /// @throws ShapeException if shapes do not fit, or the batch is empty and a mean is asked for
    public Tensor apply(Tensor logits, Tensor labels, Tensor mask) {
        if (!mask.shape().equals(labels.shape()))
            throw new ShapeException(
                    NAME + ": the mask " + mask.shape() + " must have the shape of the labels, " + labels.shape());
        Tensor loss = each(logits, labels);
        Tensor counts = mask.ne(0).cast(loss.dtype());
        if (ignored.isPresent())
            counts = counts.mul(labels.ne(ignored.getAsInt()).cast(loss.dtype()));
        return reduce(loss, counts);
    }

    /// The loss of each label, [n, t].
    private Tensor each(Tensor logits, Tensor labels) {
        var s = logits.shape();
        if (s.rank() != 3) throw new ShapeException(NAME + ": expected scores [n, t, c], got " + s);
        if (labels.dtype() != DType.I32)
            throw new DTypeException(
                    NAME + ": labels must be i32, got " + labels.spec() + "; convert with cast(DType.I32)");
        if (!labels.shape().equals(s.remove(2)))
            throw new ShapeException(
                    NAME + ": scores " + s + " need labels " + s.remove(2) + ", got " + labels.shape());
        if (reduction == Reduction.MEAN && s.isEmpty())
            throw new ShapeException(NAME + ": the batch is empty, " + s + ", and has no mean");
        IntRange.check(NAME + ": label", labels, s.dim(2), ignored);
        int all = Math.multiplyExact(s.dim(0), s.dim(1));
        return each.apply(logits.reshape(all, s.dim(2)), labels.reshape(all)).reshape(labels.shape());
    }

    private Tensor reduce(Tensor loss, Tensor counts) {
        // A product would keep NaN and infinity of padding.
        Tensor kept = counts == null ? loss : counts.where(loss, Tensor.zerosLike(loss));
        return switch (reduction) {
            case NONE -> kept;
            case SUM -> kept.sum();
            case MEAN -> counts == null ? kept.mean() : kept.sum().div(counts.sum());
        };
    }
}
