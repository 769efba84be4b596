package dev.lamina.nn;

import static dev.lamina.op.Expr.in;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.LaminaException;
import dev.lamina.Masks;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import java.util.List;

/// Connectionist temporal classification (Graves et al. 2006): minus the logarithm of the probability that a
/// model gives to all ways of writing the labels of a sequence over its steps, in order, each for one step or
/// more, with blanks between where one likes, and where two equal labels follow each other.
///
/// Scores `[n, t, c]`, of which the softmax is taken here; labels i32 `[n, s]`; how many steps and labels of
/// each count, i32 `[n]` each. The sum over all alignments is built up step by step in logarithms, one fused
/// kernel per step; the tape's way back through it is the backward sum. By default the mean, in which each
/// loss is divided by the number of labels first, as in PyTorch.
public final class Ctc {
    private static final String NAME = "ctc";
    /// Stands for the logarithm of 0: finite, so that differences of two are not NaN.
    private static final double NEVER = -1e30;

    /// One step of the sum: `log(e^stay + e^from1 + e^from2) + emission` where the sequence goes on, else
    /// `stay`. Inputs: stay, from1, from2, whether from2 is allowed, the emission, whether it goes on.
    private static final Elementwise STEP = step();

    private final int blank;
    private final boolean zeroInfinity;
    private final Reduction reduction;

    /// The mean, with class 0 for the blank.
    public Ctc() {
        this(0, false, Reduction.MEAN);
    }

    private Ctc(int blank, boolean zeroInfinity, Reduction reduction) {
        this.blank = blank;
        this.zeroInfinity = zeroInfinity;
        this.reduction = reduction;
    }

    /// The class that stands for no label.
    public Ctc blank(int label) {
        return new Ctc(label, zeroInfinity, reduction);
    }

    /// A sequence with too few steps for its labels counts 0 and has no gradient, instead of being an error.
    public Ctc zeroInfinity() {
        return new Ctc(blank, true, reduction);
    }

    /// With `NONE` the result is [n]; only the mean divides by the numbers of labels.
    public Ctc reduction(Reduction other) {
        return new Ctc(blank, zeroInfinity, other);
    }

    private static Elementwise step() {
        Expr stay = in(0);
        Expr skip = in(3).where(in(2), NEVER);
        Expr top = stay.max(in(1)).max(skip);
        Expr sum =
                stay.sub(top).exp().add(in(1).sub(top).exp()).add(skip.sub(top).exp());
        Expr goesOn = in(5);
        Expr before = in(6).sub(in(4)); // the sum of the three, from the result
        Expr dy = in(7);
        return Elementwise.of(
                "ctc_step",
                6,
                goesOn.where(top.add(sum.log()).add(in(4)), stay),
                List.of(
                        goesOn.where(dy.mul(stay.sub(before).exp()), dy),
                        goesOn.where(dy.mul(in(1).sub(before).exp()), 0),
                        goesOn.where(in(3).where(dy.mul(in(2).sub(before).exp()), 0), 0),
                        Expr.of(0),
                        goesOn.where(dy, 0),
                        Expr.of(0)));
    }

    /// @param logits [n, t, c]
    /// @param labels i32 [n, s]; what is past a sequence's number of labels is not looked at
    /// @param lengths i32 [n], each in 1..t: steps that count
    /// @param labelLengths i32 [n], each in 0..s: labels that count
    /// @throws ShapeException if shapes do not fit, or the batch is empty and a mean is asked for
    /// @throws LaminaException if a sequence that came from the host has too few steps for its labels
    /// @throws dev.lamina.IndexException if a length or a label that came from the host is out of range
    public Tensor apply(Tensor logits, Tensor labels, Tensor lengths, Tensor labelLengths) {
        check(logits, labels, lengths, labelLengths);
        CtcCheck.feasible(NAME, labels, lengths, labelLengths, logits.shape().dim(2), blank, zeroInfinity);
        Tensor loss =
                likelihood(logits.logSoftmax(2), labels, lengths, labelLengths).neg();
        Tensor possible = loss.lt(-NEVER / 2);
        loss = possible.where(loss, Tensor.zerosLike(loss).add(zeroInfinity ? 0 : Double.POSITIVE_INFINITY));
        return switch (reduction) {
            case NONE -> loss;
            case SUM -> loss.sum();
            case MEAN -> loss.div(labelLengths.maximum(1).cast(loss.dtype())).mean();
        };
    }

    /// The logarithm of the probability of each sequence, [n].
    private Tensor likelihood(Tensor logp, Tensor labels, Tensor lengths, Tensor labelLengths) {
        int n = logp.shape().dim(0);
        int t = logp.shape().dim(1);
        int states = 2 * labels.shape().dim(1) + 1;
        Tensor path = path(labels, labelLengths);
        // The scores of the labels on the path, time first, so that a step's are a view.
        Tensor emissions = logp.takeAlong(2, path.unsqueeze(1).broadcastTo(Shape.of(n, t, states)))
                .permute(1, 0, 2);
        Tensor skip = skip(path).cast(logp.dtype());
        Tensor goesOn =
                Masks.ofLengths(lengths, t).cast(logp.dtype()).transpose(0, 1).unsqueeze(2);
        // Two columns that are never reached stand before the states: what is moved in from the left.
        int[] before = {0, 2};
        int[] none = {0, 0};
        Tensor alpha = start(emissions.at(0).detach());
        for (int i = 0; i < t; i++) {
            Tensor next = Tensor.map(
                    STEP,
                    alpha.slice(1, 2, states + 2),
                    alpha.slice(1, 1, states + 1),
                    alpha.slice(1, 0, states),
                    skip,
                    emissions.at(i),
                    goesOn.at(i));
            alpha = next.pad(before, none, NEVER);
        }
        // The sum of the last label and the blank after it; without labels, the blank alone.
        Tensor last = labelLengths.mul(2).unsqueeze(1);
        Tensor blankEnd = alpha.takeAlong(1, last.add(2));
        Tensor labelEnd = alpha.takeAlong(1, last.add(1));
        return Tensor.concat(1, List.of(blankEnd, labelEnd)).logSumExp(1);
    }

    /// Blank, label, blank, ..., label, blank: [n, 2 * s + 1]; blanks past the labels that count.
    private Tensor path(Tensor labels, Tensor labelLengths) {
        int n = labels.shape().dim(0);
        int s = labels.shape().dim(1);
        Tensor blanks = Tensor.zerosLike(labels).add(blank);
        Tensor real = Masks.ofLengths(labelLengths, s).cast(DType.I32).where(labels, blanks);
        Tensor end = Tensor.zerosLike(labelLengths).add(blank).unsqueeze(1);
        if (s == 0) return end;
        Tensor pairs = Tensor.stack(2, List.of(blanks, real)).reshape(n, 2 * s);
        return Tensor.concat(1, List.of(pairs, end));
    }

    /// 1 where a label may follow the label before it without a blank: where they differ. [n, states], i32.
    private Tensor skip(Tensor path) {
        int states = path.shape().dim(1);
        Tensor two = path.pad(new int[] {0, 2}, new int[] {0, 0}, blank).slice(1, 0, states);
        return path.ne(two).mul(path.ne(blank));
    }

    /// Before the first step all probability is in a state before the first blank, from which the blank and
    /// the first label are one and two steps away: the two columns that `likelihood` puts in front.
    private static Tensor start(Tensor emissions) {
        Tensor never = Tensor.zerosLike(emissions).add(NEVER);
        Tensor column = never.slice(1, 0, 1);
        return Tensor.concat(1, List.of(column, Tensor.zerosLike(column), never));
    }

    private void check(Tensor logits, Tensor labels, Tensor lengths, Tensor labelLengths) {
        Shape s = logits.shape();
        if (s.rank() != 3) throw new ShapeException(NAME + ": expected scores [n, t, c], got " + s);
        if (!logits.dtype().floating())
            throw new DTypeException(NAME + ": scores must be floating-point, got " + logits.spec());
        if (labels.dtype() != DType.I32)
            throw new DTypeException(
                    NAME + ": labels must be i32, got " + labels.spec() + "; convert with cast(DType.I32)");
        if (labels.shape().rank() != 2 || labels.shape().dim(0) != s.dim(0))
            throw new ShapeException(
                    NAME + ": scores " + s + " need labels [" + s.dim(0) + ", s], got " + labels.shape());
        if (blank < 0 || blank >= s.dim(2))
            throw new LaminaException(NAME + ": the blank " + blank + " is outside the classes 0.." + (s.dim(2) - 1));
        if (s.dim(0) == 0 && reduction == Reduction.MEAN)
            throw new ShapeException(NAME + ": the batch is empty, " + s + ", and has no mean");
        for (Tensor l : List.of(lengths, labelLengths))
            if (!l.shape().equals(Shape.of(s.dim(0))))
                throw new ShapeException(NAME + ": scores " + s + " need "
                        + (l == lengths ? "lengths [" : "label lengths [") + s.dim(0) + "], got " + l.shape());
        Masks.checkLengths(NAME, lengths, 1, s.dim(1));
        Masks.checkLengths(NAME + ": labels", labelLengths, 0, labels.shape().dim(1));
    }
}
