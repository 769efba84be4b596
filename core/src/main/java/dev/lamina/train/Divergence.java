package dev.lamina.train;

import dev.lamina.DivergenceException;
import dev.lamina.NanFinder;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.data.Batch;
import dev.lamina.nn.Layer;
import java.util.function.Supplier;

/// Finds out where a loss went wrong, by running the forward pass again while every value is looked at.
final class Divergence {
    private final Layer model;
    private final String message;

    Divergence(Layer model, int epoch, int step, double loss) {
        this.model = model;
        this.message = "train: the loss is " + loss + " at epoch " + epoch + ", step " + step
                + "; use a lower learning rate or clip gradients, for example Clip.byNorm(1)";
    }

    /// The parameters have changed since; only the step can be named.
    DivergenceException seenLate() {
        return new DivergenceException(message + ". Read the loss each step, readEvery(1), to see which op it was");
    }

    /// @throws DivergenceException naming what is not finite first, if it is in this batch
    void replay(Supplier<Tensor> forward, Batch batch) {
        if (bad(batch.inputs())) throw new DivergenceException(message + ". The inputs of the batch are not finite");
        if (bad(batch.targets())) throw new DivergenceException(message + ". The targets of the batch are not finite");
        model.parameters().forEach((name, p) -> {
            if (bad(p.value()))
                throw new DivergenceException(message + ". Parameter " + name + " " + p.shape() + " is not finite");
        });
        try {
            Scope.run(() -> new NanFinder().listenTo(forward));
        } catch (DivergenceException e) {
            throw new DivergenceException(message + ". First seen in " + e.getMessage());
        }
    }

    DivergenceException unexplained() {
        return new DivergenceException(message);
    }

    private static boolean bad(Tensor t) {
        if (!t.dtype().floating()) return false;
        for (double v : t.toDoubles()) if (!Double.isFinite(v)) return true;
        return false;
    }
}
