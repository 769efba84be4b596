package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/// Applies an elementwise function to inputs that broadcast: out[i] = f(x0[i], x1[i], ..., scalars).
public record Pointwise(Elementwise f, List<Double> scalars) implements Kernel {
    public Pointwise {
        scalars = List.copyOf(scalars);
        if (scalars.size() < f.scalars())
            throw new IllegalArgumentException(f.name() + ": takes " + f.scalars() + " scalars, got " + scalars.size());
    }

    public Pointwise(Elementwise f) {
        this(f, List.of());
    }

    @Override
    public String name() {
        return f.name();
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        if (in.size() != f.arity())
            throw new ShapeException(name() + ": takes " + f.arity() + " inputs, got " + in.size());
        DType t = Check.same(name(), in);
        if (t == DType.U8) throw new DTypeException(name() + ": no arithmetic on u8; convert with cast(DType.F32)");
        if (t == DType.I32 && !(f.integral() && scalars.stream().allMatch(s -> s == Math.rint(s))))
            throw new DTypeException(name() + ": not defined for " + in + "; convert with cast(DType.F32)");
        Shape s = Shape.broadcast(name(), Spec.shapes(in));
        return Collections.nCopies(f.outputs().size(), new Spec(s, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        if (f.gradients().isEmpty()) return Collections.nCopies(in.size(), NONE);
        var gradients = new ArrayList<Supplier<Tensor>>(in.size());
        for (int i = 0; i < in.size(); i++) gradients.add(gradient(i, in, out.getFirst(), dOut.getFirst()));
        return gradients;
    }

    private Supplier<Tensor> gradient(int input, List<Tensor> in, Tensor y, Tensor dy) {
        Shape shape = in.get(input).shape();
        return switch (f.gradients().get(input)) {
            case Expr.Const(double c) when c == 0 -> NONE;
            case Expr.In(int k) when k == f.arity() + 1 -> () -> dy.sumTo(shape);
            default ->
                () -> {
                    var args = new ArrayList<>(in);
                    args.add(y);
                    args.add(dy);
                    return Tensor.apply(new Pointwise(f.gradient(input), scalars), args)
                            .getFirst()
                            .sumTo(shape);
                };
        };
    }
}
