package dev.lamina.op;

import dev.lamina.DTypeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Random numbers from block `position` of the Philox stream `seed`; no inputs. Element i uses word i % 4 of
/// block i / 4; a normal uses words (0, 1) and (2, 3) of block i / 2, so it takes two words an element.
///
/// @param p probability of 1 for `BERNOULLI`, unused otherwise
public record Random(Kind kind, Spec spec, double p, long seed, long position) implements Kernel {
    public enum Kind {
        /// In [0, 1), 24 bits.
        UNIFORM,
        /// Mean 0, variance 1, by Box and Muller.
        NORMAL,
        /// 1 with probability p, else 0.
        BERNOULLI
    }

    @Override
    public String name() {
        return "random_" + kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 0);
        if (!spec.dtype().floating()) throw new DTypeException(name() + ": needs a floating-point type, got " + spec);
        return List.of(spec);
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of();
    }
}
