package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.IntRange;
import dev.lamina.Mode;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.op.Attention;
import dev.lamina.op.Fill;
import java.util.ArrayList;
import java.util.List;

/// Which keys the queries of an attention see. A query that sees none gives zeros.
///
/// @param causal no key after the query's own place, the last query being at the place of the last key
/// @param lengths `i32 [b]`, keys of each sequence, or null: what lies behind them is not even read
/// @param padding `[b, tk]` of any type, not 0 at keys to hide (PyTorch's `key_padding_mask`), or null
/// @param bias added to the scores, broadcasts to `[b, h, tq, tk]`, minus infinity to hide, or null
public record AttentionMask(boolean causal, Tensor lengths, Tensor padding, Tensor bias) {
    /// Every query sees every key.
    public static final AttentionMask NONE = new AttentionMask(false, null, null, null);

    public static final AttentionMask CAUSAL = NONE.causal(true);

    public AttentionMask causal(boolean on) {
        return new AttentionMask(on, lengths, padding, bias);
    }

    public AttentionMask lengths(Tensor keys) {
        return new AttentionMask(causal, keys, padding, bias);
    }

    public AttentionMask padding(Tensor hidden) {
        return new AttentionMask(causal, lengths, hidden, bias);
    }

    public AttentionMask bias(Tensor added) {
        return new AttentionMask(causal, lengths, padding, added);
    }

    /// The attention of `q [b, h, tq, d]` to `k [b, h, tk, d]` and `v [b, h, tk, dv]` with scores divided by the
    /// square root of d: see `Attention`.
    ///
    /// @throws ShapeException if a mask does not fit
    /// @throws dev.lamina.IndexException if a length that came from the host is outside 0..tk
    public Tensor apply(Tensor q, Tensor k, Tensor v) {
        List<Tensor> in = inputs(q, k, v);
        return Tensor.apply(op(q), in).getFirst();
    }

    /// The same with weights dropped in training, which takes the weights themselves: `tq * tk` of them are held.
    Tensor apply(Tensor q, Tensor k, Tensor v, double dropout) {
        if (dropout == 0 || !Mode.training()) return apply(q, k, v);
        return op(q).weights(inputs(q, k, v)).dropout(dropout, Rng.current()).matmul(v);
    }

    private Attention op(Tensor q) {
        return Attention.of(q.shape(), causal, lengths != null, padding != null || bias != null);
    }

    private List<Tensor> inputs(Tensor q, Tensor k, Tensor v) {
        var in = new ArrayList<>(List.of(q, k, v));
        Expect.shape(k.shape().rank() == 4, "attention", "[b, h, tk, d]", k);
        Shape keys = Shape.of(k.shape().dim(0), k.shape().dim(2));
        if (lengths != null) {
            IntRange.check("attention: length", lengths, keys.dim(1) + 1);
            in.add(lengths);
        }
        if (padding != null || bias != null) in.add(added(q, keys));
        return in;
    }

    private Tensor added(Tensor q, Shape keys) {
        if (padding == null) return bias;
        if (!padding.shape().equals(keys))
            throw new ShapeException(
                    "attention: the padding mask must be [b, tk] = " + keys + ", got " + padding.shape());
        Tensor hide = padding.dtype() == DType.U8
                ? padding.cast(q.dtype())
                : padding.ne(0).cast(q.dtype());
        Tensor b = hide.where(constant(q, Double.NEGATIVE_INFINITY), constant(q, 0))
                .reshape(keys.dim(0), 1, 1, keys.dim(1));
        return bias == null ? b : b.add(bias);
    }

    private static Tensor constant(Tensor like, double value) {
        return Tensor.apply(new Fill(new Spec(Shape.SCALAR, like.dtype()), value), List.of(), like.device())
                .getFirst();
    }
}
