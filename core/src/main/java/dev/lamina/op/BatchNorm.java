package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Batch normalisation by the mean and variance of the batch, with its scale and shift, in one op: `x [n, c, ...]`,
/// `scale [c]` and `shift [c]` to `y = activation((x - mean) * rstd * scale + shift)`, `mean [c]` and
/// `rstd [c] = 1 / sqrt(variance + eps)`, along all axes but 1. Ioffe and Szegedy, "Batch normalization" (2015).
///
/// @param activation one that `Affine` fuses; empty for none
public record BatchNorm(double eps, Optional<Elementwise> activation) implements Composite {
    private static final Map<Elementwise, Elementwise> EPILOGUES = new ConcurrentHashMap<>();
    private static final Elementwise STANDARD =
            Elementwise.of("standard", 3, Expr.in(0).sub(Expr.in(1)).mul(Expr.in(2)));

    public BatchNorm {
        activation.ifPresent(f -> Affine.checkFuses("batch_norm", f));
    }

    @Override
    public String name() {
        return "batch_norm" + activation.map(f -> "_" + f.name()).orElse("");
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 3);
        DType t = Check.floating(name(), in);
        Shape x = in.getFirst().shape();
        if (x.rank() < 2) throw new ShapeException(name() + ": expected [n, c, ...], got " + x);
        Shape c = Shape.of(x.dim(1));
        Check.equal(name(), "scale", c, in.get(1).shape());
        Check.equal(name(), "shift", c, in.get(2).shape());
        new Normalize(axes(x), eps).infer(in.subList(0, 1));
        return List.of(in.getFirst(), new Spec(c, t), new Spec(c, t));
    }

    /// All axes of x but 1.
    public static List<Integer> axes(Shape x) {
        return IntStream.range(0, x.rank()).filter(a -> a != 1).boxed().toList();
    }

    /// The shape `[c, 1, ...]` in which `[c]` broadcasts along axis 1 of a tensor of this rank.
    public static Shape alongChannels(int c, int rank) {
        int[] d = new int[rank - 1];
        Arrays.fill(d, 1);
        d[0] = c;
        return Shape.of(d);
    }

    static Tensor alongChannels(Tensor v, Tensor x) {
        return v.reshape(alongChannels(v.shape().dim(0), x.shape().rank()));
    }

    /// `activation(x * scale + shift)` as a function of the three.
    public Elementwise epilogue() {
        return activation
                .map(f -> EPILOGUES.computeIfAbsent(f, a -> {
                    Expr sum = Functions.MUL_ADD.outputs().getFirst();
                    return Elementwise.update(
                            "mul_add_" + a.name(),
                            3,
                            List.of(a.outputs().getFirst().with(sum)));
                }))
                .orElse(Functions.MUL_ADD);
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        return on(in, epilogue());
    }

    private List<Tensor> on(List<Tensor> in, Elementwise epilogue) {
        Tensor x = in.getFirst();
        Shape c = in.get(1).shape();
        List<Tensor> normal = Tensor.apply(new Normalize(axes(x.shape()), eps), List.of(x));
        Tensor y = Tensor.map(epilogue, normal.getFirst(), alongChannels(in.get(1), x), alongChannels(in.get(2), x));
        return List.of(y, normal.get(1).reshape(c), normal.get(2).reshape(c));
    }

    /// As for `Affine`: the output stands in for what the activation was applied to, as no gradient reads that.
    @Override
    public void record(Recorder tape, List<Tensor> in, List<Tensor> out) {
        if (activation.isEmpty()) {
            tape.record(this, in, out);
            return;
        }
        Tensor sum = out.getFirst().detach();
        tape.record(new BatchNorm(eps, Optional.empty()), in, List.of(sum, out.get(1), out.get(2)));
        tape.record(new Pointwise(activation.get()), List.of(sum), out.subList(0, 1));
    }

    /// Mean and rstd have gradients too: the second derivative flows through them.
    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        if (activation.isPresent()) return Tape.pullback(this::parts, in, dOut);
        Tensor x = in.get(0);
        Tensor mean = out.get(1);
        Tensor rstd = out.get(2);
        Tensor dy = dOut.get(0);
        var of = dy == null
                ? List.of(NONE, NONE, NONE)
                : Together.of(3, () -> Tensor.apply(new BatchNormGradient(), List.of(x, mean, rstd, in.get(1), dy)));
        if (dOut.get(1) == null && dOut.get(2) == null) return of;
        return List.of(() -> sum(of.getFirst().get(), ofStatistics(x, mean, rstd, dOut)), of.get(1), of.get(2));
    }

    /// For those who ask the op itself: a tape asks the parts.
    private List<Tensor> parts(List<Tensor> in) {
        List<Tensor> all = on(in, Functions.MUL_ADD);
        return List.of(Tensor.map(activation.orElseThrow(), all.getFirst()), all.get(1), all.get(2));
    }

    private static Tensor ofStatistics(Tensor x, Tensor mean, Tensor rstd, List<Tensor> dOut) {
        double share = (double) mean.shape().size() / x.shape().size();
        Tensor ofMean = dOut.get(1);
        Tensor ofRstd = dOut.get(2);
        Tensor dx = null;
        if (ofMean != null) dx = alongChannels(ofMean.mul(share), x).broadcastTo(x.shape());
        if (ofRstd == null) return dx;
        Tensor slope = ofRstd.mul(rstd.square()).mul(-share);
        return sum(dx, standard(x, mean, rstd).mul(alongChannels(slope, x)));
    }

    private static Tensor sum(Tensor a, Tensor b) {
        return a == null ? b : a.add(b);
    }

    /// `(x - mean) * rstd`.
    static Tensor standard(Tensor x, Tensor mean, Tensor rstd) {
        return Tensor.map(STANDARD, x, alongChannels(mean, x), alongChannels(rstd, x));
    }
}
