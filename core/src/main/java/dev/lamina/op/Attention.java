package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Scaled dot-product attention (Vaswani et al., "Attention is all you need", 2017): `q [b, h, tq, d]`,
/// `k [b, h, tk, d]` and `v [b, h, tk, dv]` give `y = softmax(scale * q k^T + bias) v`, `[b, h, tq, dv]`, and
/// the logarithm of the softmax's divisor for each row, `[b, h, tq]`, which is what the gradient needs to make
/// the weights again. Kernels go over blocks of keys and never hold `[tq, tk]` scores (Dao et al.,
/// "FlashAttention: fast and memory-efficient exact attention with IO-awareness", 2022).
///
/// Further inputs follow in this order: lengths, then bias. A query that may see no key at all gives zeros (and 0
/// for the logarithm), has no gradient, and gives none.
///
/// @param causal a query sees no key after its own place, the last query being at the place of the last key:
///     query i sees keys up to `i + tk - tq`, so that new queries go with a cache of earlier keys
/// @param scale of the scores, usually `1 / sqrt(d)`
/// @param lengths there is an input `i32 [b]`: how many keys of each sequence there are; what lies behind them
///     is not read
/// @param bias there is an input that broadcasts to `[b, h, tq, tk]` and is added to the scaled scores; minus
///     infinity hides a key
public record Attention(boolean causal, double scale, boolean lengths, boolean bias) implements Composite {
    /// Scores below this count as minus infinity: the largest of a row without keys, from which differences can
    /// still be taken.
    public static final double LOWEST = -1e30;

    @Override
    public String name() {
        return "attention";
    }

    /// With the usual scale for the queries `q [b, h, tq, d]`.
    public static Attention of(Shape q, boolean causal, boolean lengths, boolean bias) {
        double size = q.rank() == 0 ? 1 : q.dim(-1);
        return new Attention(causal, 1 / Math.sqrt(size), lengths, bias);
    }

    /// How many inputs there are.
    public int inputs() {
        return 3 + (lengths ? 1 : 0) + (bias ? 1 : 0);
    }

    /// Elements between neighbours of a bias along batch, heads, queries and keys: 0 where it is repeated.
    public static int[] steps(Shape bias) {
        int[] steps = new int[4];
        int step = 1;
        for (int a = bias.rank() - 1; a >= 0; a--) {
            steps[4 - bias.rank() + a] = bias.dim(a) == 1 ? 0 : step;
            step *= bias.dim(a);
        }
        return steps;
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        DType t = check(name(), in);
        Shape q = in.get(0).shape();
        Shape rows = q.sub(0, 3);
        return List.of(new Spec(q.with(3, in.get(2).shape().dim(3)), t), new Spec(rows, t));
    }

    /// The checks of the inputs that this op and its gradient share.
    DType check(String op, List<Spec> in) {
        Check.count(op, in, inputs());
        DType t = Check.floating(op, in.subList(0, 3));
        Shape q = in.get(0).shape();
        Shape k = in.get(1).shape();
        Shape v = in.get(2).shape();
        Check.rank(op, "b, h, tq, d", q);
        Check.rank(op, "b, h, tk, d", k);
        Check.rank(op, "b, h, tk, dv", v);
        if (!q.with(2, 0).equals(k.with(2, 0)))
            throw new ShapeException(op + ": q " + q + " and k " + k + " must have equal batch, heads and size");
        if (!k.with(3, 0).equals(v.with(3, 0)))
            throw new ShapeException(op + ": k " + k + " and v " + v + " must have equal batch, heads and length");
        if (lengths) {
            Check.indices(op, in.get(3));
            Check.equal(op, "lengths", Shape.of(q.dim(0)), in.get(3).shape());
        }
        if (bias) checkBias(op, t, q.with(3, k.dim(2)), in.getLast());
        return t;
    }

    private static void checkBias(String op, DType t, Shape scores, Spec bias) {
        boolean fits = bias.dtype() == t
                && bias.shape().rank() <= 4
                && Shape.broadcast(op + " bias", List.of(scores, bias.shape())).equals(scores);
        if (!fits)
            throw new ShapeException(op + ": bias " + bias + " does not broadcast to the scores " + new Spec(scores, t)
                    + ", [b, h, tq, tk]");
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        var s = new AttentionScores(this, in);
        List<Spec> out = infer(specs(in));
        if (s.keys() == 0) return List.of(s.fill(out.get(0), 0), s.fill(out.get(1), 0));
        var w = Weights.of(s.masked());
        Tensor log = w.none.where(s.fill(Shape.SCALAR, 0), w.most.add(w.divisor.log()));
        return List.of(w.e.matmul(s.v()).div(w.divisor), log.squeeze(-1));
    }

    /// The weights `[b, h, tq, tk]` themselves, made of other ops: zeros for a query without keys.
    public Tensor weights(List<Tensor> in) {
        check(name(), specs(in));
        var w = Weights.of(new AttentionScores(this, in).masked());
        return w.e.div(w.divisor);
    }

    /// A softmax before its division.
    ///
    /// @param e the exponentials
    /// @param divisor their sums, or 1 without keys
    /// @param most the largest scores; whatever they are, the result is the same, hence no gradient
    /// @param none 1 for a query without keys
    private record Weights(Tensor e, Tensor divisor, Tensor most, Tensor none) {
        static Weights of(Tensor scores) {
            Tensor most = scores.max(-1, true).maximum(LOWEST).detach();
            Tensor e = scores.sub(most).exp();
            Tensor sum = e.sum(-1, true);
            Tensor none = sum.eq(0).detach();
            return new Weights(e, sum.add(none), most, none);
        }
    }

    private static List<Spec> specs(List<Tensor> in) {
        return in.stream().map(Tensor::spec).toList();
    }

    /// By `AttentionGradient` for q, k and v; a bias's is that of the meaning, and as large as the scores.
    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        var all = new ArrayList<>(Together.of(3, () -> gradients(in, out, dOut)));
        if (lengths) all.add(NONE);
        if (bias) all.add(Tape.pullback(this::lower, in, dOut).getLast());
        return all;
    }

    private List<Tensor> gradients(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor y = out.get(0);
        Tensor dy = dOut.get(0) == null ? Tensor.zerosLike(y) : dOut.get(0);
        Tensor delta = dy.mul(y).sum(-1);
        if (dOut.get(1) != null) delta = delta.sub(dOut.get(1));
        var all = new ArrayList<>(in);
        all.addAll(List.of(out.get(1), dy, delta));
        return Tensor.apply(new AttentionGradient(this), all);
    }
}
