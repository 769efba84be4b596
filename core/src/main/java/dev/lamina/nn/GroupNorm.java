package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.SequencedMap;

/// Normalises each group of channels of each element of a batch: `x [n, channels, ...]`, with `weight` and
/// `bias` `[channels]`. Wu and He, "Group normalization" (2018). As many groups as channels make instance
/// normalisation.
///
/// Methods that change an option return a layer with the same parameters.
public final class GroupNorm implements Layer {
    private final int groups;
    private final int channels;
    private final Scale scale;
    private final double eps;

    /// @throws ShapeException if the channels do not divide into the groups
    public GroupNorm(int groups, int channels) {
        this(Expect.positive("group_norm", "groups", groups), channels, Scale.identity(channels), 1e-5);
        Expect.positive("group_norm", "channels", channels);
        if (channels % groups != 0)
            throw new ShapeException("group_norm: " + channels + " channels do not divide into " + groups + " groups");
    }

    private GroupNorm(int groups, int channels, Scale scale, double eps) {
        this.groups = groups;
        this.channels = channels;
        this.scale = scale;
        this.eps = eps;
    }

    /// Added to the variance, 1e-5 unless set.
    public GroupNorm eps(double eps) {
        return new GroupNorm(groups, channels, scale, Expect.that(eps > 0, "group_norm", "eps must be positive", eps));
    }

    /// Without weight and bias.
    public GroupNorm noAffine() {
        return new GroupNorm(groups, channels, Scale.NONE, eps);
    }

    /// @throws ShapeException if x is not `[n, channels, ...]`
    @Override
    public Tensor apply(Tensor x) {
        boolean fits = x.shape().rank() > 1 && x.shape().dim(1) == channels;
        Expect.shape(fits, "group_norm", "[n, " + channels + ", ...]", x);
        if (!scale.none()) Expect.type("group_norm", x, scale.weight());
        int each = channels / groups * (int) x.shape().size(2, x.shape().rank());
        Tensor y = x.reshape(x.shape().dim(0), groups, each).normalize(eps, 2).reshape(x.shape());
        return scale.alongChannels(y);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return scale.named();
    }
}
