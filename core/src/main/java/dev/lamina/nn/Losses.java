package dev.lamina.nn;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.IntRange;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.List;

/// What training makes small: functions of a model's output and a target. Without a `Reduction` they give the
/// mean. Outputs and targets must have one shape, as broadcasting here is a mistake nearly always. NaN in
/// either gives NaN; labels are integers and cannot be NaN.
public final class Losses {
    private static final Expr X = in(0);
    private static final Expr T = in(1);
    private static final Expr D = X.sub(T);
    private static final Expr DY = in(3);
    private static final Expr S = scalar(0);

    private static final Elementwise SQUARED_ERROR = Elementwise.of("mse", 2, D.mul(D));
    private static final Elementwise ABSOLUTE_ERROR = Elementwise.of("l1", 2, D.abs());
    private static final Elementwise HUBER = Elementwise.of(
            "huber",
            2,
            D.abs().le(S).where(D.mul(D).mul(0.5), D.abs().sub(S.mul(0.5)).mul(S)));
    private static final Elementwise SMOOTH_L1 = Elementwise.of(
            "smooth_l1",
            2,
            D.abs().lt(S).where(D.mul(D).mul(0.5).div(S), D.abs().sub(S.mul(0.5))));
    private static final Elementwise HINGE = Elementwise.of("hinge", 2, hinge());
    /// `t * (log t - x)`, 0 where t is: the gradients say so too, since 0 * log 0 would be NaN.
    private static final Elementwise KL = Elementwise.of(
            "kl_divergence",
            2,
            T.eq(0).where(0, T.mul(T.log().sub(X))),
            List.of(DY.mul(T).neg(), T.eq(0).where(0, DY.mul(T.log().add(1).sub(X)))));
    /// `max(x, 0) - x * t + log(1 + exp(-|x|))`. The gradient is given, as the terms have kinks that their sum
    /// has not.
    private static final Elementwise BCE = Elementwise.of(
            "binary_cross_entropy_with_logits",
            2,
            X.max(0).sub(X.mul(T)).add(logistic()),
            List.of(DY.mul(X.sigmoid().sub(T)), DY.mul(X).neg()));
    private static final Elementwise WEIGHTED_BCE = weightedBce();

    private Losses() {}

    private static Expr hinge() {
        Expr margin = Expr.of(1).sub(X.mul(T));
        return margin.le(0).where(0, margin);
    }

    private static Expr logistic() {
        return X.abs().neg().exp().log1p();
    }

    /// With `p = in(2)` and `l = 1 + (p - 1) * t`: `(1 - t) * x + l * (log(1 + exp(-|x|)) + max(-x, 0))`.
    private static Elementwise weightedBce() {
        Expr p = in(2);
        Expr dy = in(4);
        Expr l = p.sub(1).mul(T).add(1);
        Expr softplus = logistic().add(X.neg().max(0));
        return Elementwise.of(
                "binary_cross_entropy_with_logits",
                3,
                Expr.of(1).sub(T).mul(X).add(l.mul(softplus)),
                List.of(
                        dy.mul(Expr.of(1).sub(T).sub(l.mul(X.neg().sigmoid()))),
                        dy.mul(p.sub(1).mul(softplus).sub(X)),
                        dy.mul(T).mul(softplus)));
    }

    /// Cross entropy of `logits [n, c, ...]` and i32 labels `[n, ...]`, or probabilities `[n, c, ...]`;
    /// `CrossEntropy` has more options.
    ///
    /// @throws dev.lamina.IndexException if a label that came from the host is out of range
    public static Tensor crossEntropy(Tensor logits, Tensor target) {
        return crossEntropy(logits, target, Reduction.MEAN);
    }

    public static Tensor crossEntropy(Tensor logits, Tensor target, Reduction reduction) {
        return new CrossEntropy().reduction(reduction).apply(logits, target);
    }

    /// Negative log likelihood: `crossEntropy` of log probabilities `[n, c, ...]` instead of logits.
    public static Tensor nll(Tensor logProbabilities, Tensor target) {
        return nll(logProbabilities, target, Reduction.MEAN);
    }

    public static Tensor nll(Tensor logProbabilities, Tensor target, Reduction reduction) {
        return new CrossEntropy().named("nll").reduction(reduction).ofLogProbabilities(logProbabilities, target);
    }

    /// Cross entropy of sequences: `logits [n, t, c]`, i32 labels `[n, t]`, and `mask [n, t]`, 0 where there is
    /// padding. The mean over the labels that count; `SequenceCrossEntropy` has more options.
    public static Tensor sequenceCrossEntropy(Tensor logits, Tensor labels, Tensor mask) {
        return new SequenceCrossEntropy().apply(logits, labels, mask);
    }

    /// Connectionist temporal classification with class 0 for the blank: `logits [n, t, c]`, i32 labels `[n, s]`,
    /// and the lengths of both, i32 `[n]`; `Ctc` has more options.
    public static Tensor ctc(Tensor logits, Tensor labels, Tensor lengths, Tensor labelLengths) {
        return new Ctc().apply(logits, labels, lengths, labelLengths);
    }

    /// `-t * log(p) - (1 - t) * log(1 - p)` with `p = sigmoid(logits)`, without overflow; targets in [0, 1].
    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target) {
        return binaryCrossEntropyWithLogits(logits, target, Reduction.MEAN);
    }

    public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target, Reduction reduction) {
        return elementwise(BCE, reduction, logits, target);
    }

    /// The first term multiplied by `positiveWeight`, which broadcasts to the logits: more than 1 for recall.
    public static Tensor binaryCrossEntropyWithLogits(
            Tensor logits, Tensor target, Tensor positiveWeight, Reduction reduction) {
        String name = WEIGHTED_BCE.name();
        checkSame(name, logits, target);
        if (!Shape.broadcast(name, List.of(logits.shape(), positiveWeight.shape()))
                .equals(logits.shape()))
            throw new ShapeException(
                    name + ": the weight " + positiveWeight.shape() + " does not broadcast to " + logits.shape());
        return reduce(name, reduction, Tensor.map(WEIGHTED_BCE, logits, target, positiveWeight));
    }

    /// Mean squared error: `(x - t)^2`.
    public static Tensor mse(Tensor output, Tensor target) {
        return mse(output, target, Reduction.MEAN);
    }

    public static Tensor mse(Tensor output, Tensor target, Reduction reduction) {
        return elementwise(SQUARED_ERROR, reduction, output, target);
    }

    /// Mean absolute error: `|x - t|`.
    public static Tensor l1(Tensor output, Tensor target) {
        return l1(output, target, Reduction.MEAN);
    }

    public static Tensor l1(Tensor output, Tensor target, Reduction reduction) {
        return elementwise(ABSOLUTE_ERROR, reduction, output, target);
    }

    /// `d^2 / 2` for errors d up to `delta`, else `delta * (|d| - delta / 2)`: Huber (1964).
    public static Tensor huber(Tensor output, Tensor target, double delta) {
        return huber(output, target, delta, Reduction.MEAN);
    }

    public static Tensor huber(Tensor output, Tensor target, double delta, Reduction reduction) {
        Expect.that(delta > 0, "huber", "delta must be positive", delta);
        return elementwise(HUBER, reduction, output, target, delta);
    }

    /// `d^2 / (2 * beta)` for errors d below `beta`, else `|d| - beta / 2`: Girshick, "Fast R-CNN" (2015).
    public static Tensor smoothL1(Tensor output, Tensor target, double beta) {
        return smoothL1(output, target, beta, Reduction.MEAN);
    }

    public static Tensor smoothL1(Tensor output, Tensor target, double beta, Reduction reduction) {
        Expect.that(beta > 0, "smooth_l1", "beta must be positive (l1 is the limit at 0)", beta);
        return elementwise(SMOOTH_L1, reduction, output, target, beta);
    }

    /// `max(0, 1 - x * t)` for targets of -1 and 1.
    public static Tensor hinge(Tensor output, Tensor target) {
        return hinge(output, target, Reduction.MEAN);
    }

    public static Tensor hinge(Tensor output, Tensor target, Reduction reduction) {
        return elementwise(HINGE, reduction, output, target);
    }

    /// The Kullback-Leibler divergence `sum(t * (log t - x)) / n` of log probabilities x `[n, ...]` from
    /// probabilities t; n is the batch size, so that this is the mean of the divergences (PyTorch's batchmean).
    public static Tensor klDivergence(Tensor logProbabilities, Tensor target) {
        Tensor sum = klDivergence(logProbabilities, target, Reduction.SUM);
        Shape s = logProbabilities.shape();
        if (s.isEmpty()) throw empty(KL.name(), s);
        return sum.div(s.rank() == 0 ? 1 : s.dim(0));
    }

    /// The same, reduced over elements: `MEAN` divides by their number.
    public static Tensor klDivergence(Tensor logProbabilities, Tensor target, Reduction reduction) {
        return elementwise(KL, reduction, logProbabilities, target);
    }

    /// `1 - cos(a, b)` for pairs `[n, d]` with target 1, `max(0, cos(a, b) - margin)` for those with target -1;
    /// `target [n]`.
    public static Tensor cosineEmbedding(Tensor a, Tensor b, Tensor target, double margin, Reduction reduction) {
        String name = "cosine_embedding";
        checkSame(name, a, b);
        if (a.shape().rank() != 2 || !target.shape().equals(a.shape().sub(0, 1)))
            throw new ShapeException(name + ": expected [n, d], [n, d] and [n], got " + a.shape() + ", " + b.shape()
                    + " and " + target.shape());
        Tensor lengths =
                a.square().sum(1).add(1e-12).mul(b.square().sum(1).add(1e-12)).sqrt();
        Tensor cos = a.mul(b).sum(1).div(lengths);
        Tensor apart = cos.sub(margin).relu();
        return reduce(name, reduction, target.cast(a.dtype()).gt(0).where(cos.rsub(1), apart));
    }

    /// `sum(max(0, margin - x[y] + x[j])) / c` over the classes j other than the label y, for scores `[n, c]`
    /// and i32 labels `[n]`.
    public static Tensor multiMargin(Tensor scores, Tensor labels, double margin, Reduction reduction) {
        String name = "multi_margin";
        if (scores.shape().rank() != 2 || !labels.shape().equals(scores.shape().sub(0, 1)))
            throw new ShapeException(
                    name + ": expected [n, c] and [n], got " + scores.shape() + " and " + labels.shape());
        if (labels.dtype() != DType.I32)
            throw new DTypeException(
                    name + ": labels must be i32, got " + labels.spec() + "; convert with cast(DType.I32)");
        int classes = scores.shape().dim(1);
        IntRange.check(name + ": label", labels, classes);
        Tensor index = labels.unsqueeze(1);
        Tensor all = scores.sub(scores.takeAlong(1, index)).add(margin).relu();
        Tensor others = labels.oneHot(classes).cast(scores.dtype()).rsub(1);
        return reduce(name, reduction, all.mul(others).sum(1).mul(1.0 / classes));
    }

    private static Tensor elementwise(
            Elementwise f, Reduction reduction, Tensor output, Tensor target, Double... scalars) {
        checkSame(f.name(), output, target);
        return reduce(f.name(), reduction, new Pointwise(f, List.of(scalars)).on(output, target));
    }

    private static void checkSame(String name, Tensor output, Tensor target) {
        if (!output.shape().equals(target.shape()))
            throw new ShapeException(name + ": shapes must be equal, got " + output.shape() + " and " + target.shape()
                    + "; reshape one");
        if (!output.dtype().floating() || output.dtype() != target.dtype())
            throw new DTypeException(name + ": needs one floating-point type, got " + output.spec() + " and "
                    + target.spec() + "; convert with cast(DType.F32)");
    }

    private static Tensor reduce(String name, Reduction reduction, Tensor loss) {
        return switch (reduction) {
            case NONE -> loss;
            case SUM -> loss.sum();
            case MEAN -> {
                if (loss.shape().isEmpty()) throw empty(name, loss.shape());
                yield loss.mean();
            }
        };
    }

    private static ShapeException empty(String name, Shape s) {
        return new ShapeException(name + ": the batch is empty, " + s + ", and has no mean");
    }
}
