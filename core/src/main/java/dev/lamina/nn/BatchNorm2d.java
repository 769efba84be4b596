package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import java.util.Optional;
import java.util.SequencedMap;

/// Batch normalisation of `x [n, c, h, w]` with `weight`, `bias`, `running_mean` and `running_var` `[c]`: in
/// training by the mean and variance of the batch, which the running ones follow; in evaluation by the running
/// ones. Ioffe and Szegedy, "Batch normalization" (2015).
///
/// Methods that change an option return a layer with the same parameters.
public final class BatchNorm2d implements Linear {
    private final BatchStatistics statistics;

    public BatchNorm2d(int channels) {
        this(BatchStatistics.of("batch_norm2d", channels));
    }

    private BatchNorm2d(BatchStatistics statistics) {
        this.statistics = statistics;
    }

    /// The weight of a new batch in the running statistics, 0.1 unless set (Keras counts the rest, 0.9).
    public BatchNorm2d momentum(double momentum) {
        return new BatchNorm2d(statistics.withMomentum(momentum));
    }

    /// Added to the variance, 1e-5 unless set.
    public BatchNorm2d eps(double eps) {
        return new BatchNorm2d(statistics.withEps(eps));
    }

    /// Without weight and bias.
    public BatchNorm2d noAffine() {
        return new BatchNorm2d(statistics.noAffine());
    }

    /// @throws dev.lamina.ShapeException for another shape, or in training for a single value per channel
    @Override
    public Tensor apply(Tensor x, Optional<Elementwise> activation) {
        int c = statistics.channels();
        Expect.image("batch_norm2d", c, x);
        return statistics.apply(x, activation);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return statistics.named();
    }
}
