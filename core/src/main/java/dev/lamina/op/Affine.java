package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// `activation(linear(x, weight) + bias)` in one op: the sum and the activation are done while the product is
/// still in registers, or at least in place. The bias broadcasts to the product, as `[o]` to the rows of a
/// matrix or `[o, 1, 1]` to the channels of an image.
///
/// @param linear `MatMul` or `Conv2d`
/// @param activation a function of one input whose gradient can be told from its output, such as
///     `Functions.RELU`; empty for none
public record Affine(Kernel linear, Optional<Elementwise> activation) implements Composite {
    private static final Map<Elementwise, Elementwise> EPILOGUES = new ConcurrentHashMap<>();
    private static final Elementwise IDENTITY = Elementwise.of("identity", 1, Expr.in(0));

    public Affine {
        if (!(linear instanceof MatMul || linear instanceof Conv2d))
            throw new IllegalArgumentException("affine: takes a matmul or a conv2d, not " + linear.name());
        activation.ifPresent(f -> checkFuses("affine", f));
    }

    static void checkFuses(String op, Elementwise f) {
        if (!fuses(f))
            throw new IllegalArgumentException(
                    op + ": " + f.name()
                            + " cannot be fused: it must have one input, no scalars, and a gradient that needs only its output");
    }

    /// True if a function can be the activation: its input is not kept.
    public static boolean fuses(Elementwise f) {
        return f.arity() == 1
                && f.scalars() == 0
                && f.gradients().size() == 1
                && !f.gradients().getFirst().uses(0);
    }

    @Override
    public String name() {
        return linear.name() + "_bias" + activation.map(f -> "_" + f.name()).orElse("");
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 3);
        DType t = Check.floating(name(), in);
        Spec y = linear.infer(in.subList(0, 2)).getFirst();
        Spec sum = new Pointwise(Functions.ADD).infer(List.of(y, in.get(2))).getFirst();
        if (!sum.equals(y))
            throw new ShapeException(name() + ": bias " + in.get(2).shape() + " does not broadcast to " + y.shape());
        return List.of(new Spec(y.shape(), t));
    }

    /// What follows the product, as a function of it and the bias.
    public Elementwise epilogue() {
        return EPILOGUES.computeIfAbsent(activation.orElse(IDENTITY), f -> {
            Expr sum = Expr.in(0).add(Expr.in(1));
            String name = activation.map(a -> "bias_" + a.name()).orElse("bias");
            return Elementwise.update(name, 2, List.of(f.outputs().getFirst().with(sum)));
        });
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        return List.of(Tensor.map(epilogue(), linear.on(in.get(0), in.get(1)), in.get(2)));
    }

    /// A tape remembers the parts, each with its own gradient. The product and the sum were never stored; the
    /// output stands in for them, which is right because no gradient reads them.
    @Override
    public void record(Recorder tape, List<Tensor> in, List<Tensor> out) {
        Tensor y = out.getFirst();
        Tensor sum = activation.isPresent() ? y.detach() : y;
        Tensor product = y.detach();
        tape.record(linear, in.subList(0, 2), List.of(product));
        tape.record(new Pointwise(Functions.ADD), List.of(product, in.get(2)), List.of(sum));
        activation.ifPresent(f -> tape.record(new Pointwise(f), List.of(sum), out));
    }

    /// For those who ask the op itself: a tape asks the parts.
    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return Tape.pullback(this::parts, in, dOut);
    }

    private List<Tensor> parts(List<Tensor> in) {
        Tensor sum = linear.on(in.get(0), in.get(1)).add(in.get(2));
        return List.of(activation.map(f -> Tensor.map(f, sum)).orElse(sum));
    }
}
