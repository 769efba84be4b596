package dev.lamina.op;

import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Inverted dropout (Srivastava et al., 2014): an element is zeroed with probability p, the others are divided
/// by 1
/// - p. Element i is kept if the uniform number i of the Philox stream is at least p, so that the same op applied
/// to dy is the gradient and no mask is stored.
public record Dropout(double p, long seed, long position) implements Kernel {
    public Dropout {
        if (!(p >= 0 && p < 1)) throw new IllegalArgumentException("dropout: p must be in [0, 1), got " + p);
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        Check.floating(name(), in);
        return in;
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> on(dOut.getFirst()));
    }
}
