package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import java.util.Optional;
import java.util.SequencedMap;

/// Batch normalisation of `x [n, c]` or `x [n, c, l]` with `weight`, `bias`, `running_mean` and `running_var`
/// `[c]`: in training by the mean and variance of the batch, which the running ones follow; in evaluation by
/// the running ones. Ioffe and Szegedy, "Batch normalization" (2015).
///
/// Methods that change an option return a layer with the same parameters.
public final class BatchNorm1d implements Linear {
    private final BatchStatistics statistics;

    public BatchNorm1d(int channels) {
        this(BatchStatistics.of("batch_norm1d", channels));
    }

    private BatchNorm1d(BatchStatistics statistics) {
        this.statistics = statistics;
    }

    /// The weight of a new batch in the running statistics, 0.1 unless set (Keras counts the rest, 0.9).
    public BatchNorm1d momentum(double momentum) {
        return new BatchNorm1d(statistics.withMomentum(momentum));
    }

    /// Added to the variance, 1e-5 unless set.
    public BatchNorm1d eps(double eps) {
        return new BatchNorm1d(statistics.withEps(eps));
    }

    /// Without weight and bias.
    public BatchNorm1d noAffine() {
        return new BatchNorm1d(statistics.noAffine());
    }

    /// @throws dev.lamina.ShapeException for another shape, or in training for a single value per channel
    @Override
    public Tensor apply(Tensor x, Optional<Elementwise> activation) {
        int c = statistics.channels();
        int rank = x.shape().rank();
        boolean fits = (rank == 2 || rank == 3) && x.shape().dim(1) == c;
        Expect.shape(fits, "batch_norm1d", "[n, " + c + "] or [n, " + c + ", l]", x);
        return statistics.apply(x, activation);
    }

    @Override
    public SequencedMap<String, Parameter> own() {
        return statistics.named();
    }
}
