package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// Cross-correlation of `x [n, c, h, w]` with `weight [o, c / groups, kh, kw]` to `[n, o, oh, ow]`, zero
/// padding. Linear in each input: its gradients are the two adjoints `Conv2dInput` and `Conv2dWeight`, and
/// theirs are again these three ops.
public record Conv2d(Window window, int groups) implements Kernel {
    @Override
    public String name() {
        return "conv2d";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 2);
        DType t = Check.floating(name(), in);
        return List.of(new Spec(
                output(name(), window, groups, in.get(0).shape(), in.get(1).shape()), t));
    }

    /// The output shape for an input and a weight, after all checks.
    static Shape output(String op, Window window, int groups, Shape x, Shape weight) {
        Check.rank(op, "n, c, h, w", x);
        Check.rank(op, "o, c / groups, kh, kw", weight);
        if (weight.dim(2) != window.kernelH() || weight.dim(3) != window.kernelW())
            throw new ShapeException(op + ": weight " + weight + " is not of kernel size " + window.kernelH() + " x "
                    + window.kernelW());
        if (groups < 1 || weight.dim(0) % groups != 0)
            throw new ShapeException(
                    op + ": " + weight.dim(0) + " output channels do not divide into " + groups + " groups");
        if (x.dim(1) != weight.dim(1) * groups)
            throw new ShapeException(op + ": input " + x + " has " + x.dim(1) + " channels, weight " + weight + " with "
                    + groups + " group(s) expects " + weight.dim(1) * groups);
        return window.output(op, x, weight.dim(0));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        Tensor x = in.get(0);
        Tensor weight = in.get(1);
        Tensor dy = dOut.getFirst();
        return List.of(
                () -> new Conv2dInput(window, groups, x.shape()).on(dy, weight),
                () -> new Conv2dWeight(window, groups, weight.shape()).on(x, dy));
    }
}
