package dev.lamina.nn;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Functions;
import dev.lamina.op.Normalize;
import dev.lamina.op.Pointwise;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Batch normalisation over all axes but 1, whatever their number.
///
/// @param mean the running mean, a buffer `[c]`
/// @param variance the running variance, divided by count - 1, a buffer `[c]`
record BatchStatistics(String layer, Scale scale, Parameter mean, Parameter variance, double momentum, double eps) {
    /// Over the running mean and variance, the mean and 1 / std of a batch, momentum, eps and count / (count -
    /// 1): both statistics move towards those of the batch in one pass.
    private static final Elementwise TRACK = Elementwise.update("batch_norm_track", 4, track());

    private static List<Expr> track() {
        Expr momentum = scalar(0);
        Expr variance = Expr.of(1).div(in(3).mul(in(3))).sub(scalar(1)).max(0).mul(scalar(2));
        return List.of(
                in(0).add(in(2).sub(in(0)).mul(momentum)),
                in(1).add(variance.sub(in(1)).mul(momentum)));
    }

    static BatchStatistics of(String layer, int channels) {
        Expect.positive(layer, "channels", channels);
        return new BatchStatistics(
                layer, Scale.identity(channels), buffer(0, channels), buffer(1, channels), 0.1, 1e-5);
    }

    private static Parameter buffer(double value, int channels) {
        return Parameter.buffer(Initializer.constant(value).parameter(channels).value());
    }

    BatchStatistics withMomentum(double m) {
        Expect.that(m >= 0 && m <= 1, layer, "momentum, the weight of the new batch, must be in [0, 1]", m);
        return new BatchStatistics(layer, scale, mean, variance, m, eps);
    }

    BatchStatistics withEps(double e) {
        Expect.that(e > 0, layer, "eps must be positive", e);
        return new BatchStatistics(layer, scale, mean, variance, momentum, e);
    }

    BatchStatistics noAffine() {
        return new BatchStatistics(layer, Scale.NONE, mean, variance, momentum, eps);
    }

    int channels() {
        return mean.shape().dim(0);
    }

    /// @param activation one that `dev.lamina.op.Affine` fuses
    Tensor apply(Tensor x, Optional<Elementwise> activation) {
        Expect.type(layer, x, mean);
        if (Mode.training()) return train(x, activation);
        Tensor y = evaluate(x);
        return activation.map(f -> Tensor.map(f, y)).orElse(y);
    }

    /// Normalises by the batch and moves the running statistics towards it.
    private Tensor train(Tensor x, Optional<Elementwise> activation) {
        long count = x.shape().isEmpty() ? 0 : x.shape().size() / channels();
        if (count < 2)
            throw new ShapeException(layer + ": " + x.shape() + " has " + count
                    + " value(s) per channel, training needs more than 1; use a larger batch");
        if (!scale.none()) {
            var op = new BatchNorm(eps, activation);
            List<Tensor> normal = Tensor.apply(
                    op, List.of(x, scale.weight().value(), scale.bias().value()));
            track(normal, count);
            return normal.getFirst();
        }
        List<Tensor> normal = Tensor.apply(new Normalize(BatchNorm.axes(x.shape()), eps), List.of(x));
        track(normal, count);
        return activation.map(f -> Tensor.map(f, normal.getFirst())).orElse(normal.getFirst());
    }

    /// Moves the running statistics towards those of the batch, which come after the normalised tensor.
    private void track(List<Tensor> normal, long count) {
        Tensor batchMean = normal.get(1).detach().reshape(channels());
        Tensor rstd = normal.get(2).detach().reshape(channels());
        var op = new Pointwise(TRACK, List.of(momentum, eps, count / (count - 1.0)));
        Parameter.update(op, List.of(mean.value(), variance.value(), batchMean, rstd), List.of(mean, variance));
    }

    /// Normalises by the running statistics: one scale and one shift per channel, so that x is passed over
    /// once.
    private Tensor evaluate(Tensor x) {
        int rank = x.shape().rank();
        Tensor factor = variance.value().add(eps).rsqrt();
        if (!scale.none()) factor = factor.mul(scale.weight().value());
        Tensor shift = mean.value().mul(factor).neg();
        if (!scale.none()) shift = shift.add(scale.bias().value());
        return Tensor.map(Functions.MUL_ADD, x, Scale.alongChannels(factor, rank), Scale.alongChannels(shift, rank));
    }

    SequencedMap<String, Parameter> named() {
        var names = scale.named();
        names.put("running_mean", mean);
        names.put("running_var", variance);
        return names;
    }
}
