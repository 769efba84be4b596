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
import java.util.stream.IntStream;

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
        Shape s = Shape.broadcast(name(), in.stream().map(Spec::shape).toList());
        return Collections.nCopies(f.outputs().size(), new Spec(s, t));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        if (f.gradients().isEmpty()) return Collections.nCopies(in.size(), NONE);
        return IntStream.range(0, in.size())
                .<Supplier<Tensor>>mapToObj(i -> switch (f.gradients().get(i)) {
                    case Expr.Const(double c) when c == 0 -> NONE;
                    case Expr.In(int k)
                    when k == f.arity() + 1 ->
                        () -> dOut.getFirst().sumTo(in.get(i).shape());
                    default ->
                        () -> {
                            var args = new ArrayList<>(in);
                            args.add(out.getFirst());
                            args.add(dOut.getFirst());
                            return Tensor.apply(new Pointwise(f.gradient(i), scalars), args)
                                    .getFirst()
                                    .sumTo(in.get(i).shape());
                        };
                })
                .toList();
    }
}
