package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Normalises each element of a batch over its last axes: `x [..., shape] -> y [..., shape]`, with `weight` and
/// `bias` of that shape. Ba, Kiros and Hinton, "Layer normalization" (2016).
///
/// Methods that change an option return a layer with the same parameters.
public final class LayerNorm implements Layer {
    private final Shape shape;
    private final Scale scale;
    private final double eps;

    public LayerNorm(int... shape) {
        this(Shape.of(shape), Scale.identity(shape), 1e-5);
        Expect.positive("layer_norm", "number of axes", shape.length);
        for (int d : shape) Expect.positive("layer_norm", "size", d);
    }

    private LayerNorm(Shape shape, Scale scale, double eps) {
        this.shape = shape;
        this.scale = scale;
        this.eps = eps;
    }

    /// Added to the variance, 1e-5 unless set.
    public LayerNorm eps(double eps) {
        return new LayerNorm(shape, scale, Expect.that(eps > 0, "layer_norm", "eps must be positive", eps));
    }

    /// Without weight and bias.
    public LayerNorm noAffine() {
        return new LayerNorm(shape, Scale.NONE, eps);
    }

    /// @throws dev.lamina.ShapeException if the last axes of x are not `shape`
    @Override
    public Tensor apply(Tensor x) {
        int rank = x.shape().rank();
        int from = rank - shape.rank();
        boolean fits = from >= 0 && x.shape().sub(from, rank).equals(shape);
        Expect.shape(fits, "layer_norm", "[..., " + shape.toString().substring(1), x);
        if (!scale.none()) Expect.type("layer_norm", x, scale.weight());
        return scale.alongLast(x.normalize(eps, IntStream.range(from, rank).toArray()));
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return scale.named();
    }
}
