package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.IntRange;
import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// A learned vector for each index: `x i32 [...] -> y [..., dim]`, with `weight [count, dim]` drawn from N(0,
/// 1).
public final class Embedding implements Layer {
    private static final int NONE = -1;

    private final Parameter weight;
    private final int padding;

    public Embedding(int count, int dim) {
        this(
                Initializer.normal(0, 1)
                        .parameter(
                                Expect.positive("embedding", "count", count), Expect.positive("embedding", "dim", dim)),
                NONE);
    }

    private Embedding(Parameter weight, int padding) {
        this.weight = weight;
        this.padding = padding;
    }

    /// `index` stands for nothing: its vector is zero and is not trained.
    public Embedding paddingIndex(int index) {
        int count = weight.shape().dim(0);
        if (index < 0 || index >= count)
            throw new LaminaException("embedding: padding index must be in 0.." + (count - 1) + ", got " + index);
        return new Embedding(weight, index);
    }

    /// The weight drawn by `initializer`.
    public Embedding init(Initializer initializer) {
        return new Embedding(initializer.parameter(weight.shape().dims()), padding);
    }

    public Parameter weight() {
        return weight;
    }

    /// @throws dev.lamina.IndexException if an index that came from the host is out of range
    @Override
    public Tensor apply(Tensor x) {
        if (x.dtype() != DType.I32)
            throw new DTypeException(
                    "embedding: indices must be i32, got " + x.spec() + "; convert with cast(DType.I32)");
        IntRange.check("embedding: index", x, weight.shape().dim(0));
        Tensor y = weight.value().gather(0, x);
        return padding == NONE ? y : y.mul(x.ne(padding).cast(y.dtype()).unsqueeze(-1));
    }

    /// The tied output: scores of each of the `count` indices, `x [..., dim] -> y [..., count]`, by the same
    /// weight. Press and Wolf, "Using the output embedding to improve language models" (2017).
    ///
    /// @throws dev.lamina.ShapeException if the last axis of x is not `dim`
    public Tensor logits(Tensor x) {
        int dim = weight.shape().dim(1);
        boolean fits = x.shape().rank() > 0 && x.shape().dim(-1) == dim;
        Expect.shape(fits, "embedding logits", "[..., " + dim + "]", x);
        Expect.type("embedding logits", x, weight);
        return x.matmul(weight.value(), false, true);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return Weights.named(weight, null);
    }
}
