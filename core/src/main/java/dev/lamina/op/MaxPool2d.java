package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The largest element of each window of `x [n, c, h, w]`: two outputs `[n, c, oh, ow]`, the values and their
/// i32 positions in the plane (row * w + column). Padding never wins; the first of equal elements and the first
/// NaN do.
public record MaxPool2d(Window window) implements Kernel {
    @Override
    public String name() {
        return "max_pool2d";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, 1);
        DType t = Check.floating(name(), in);
        Shape y = output(name(), window, in.getFirst().shape());
        return List.of(new Spec(y, t), new Spec(y, DType.I32));
    }

    static Shape output(String op, Window window, Shape x) {
        Check.rank(op, "n, c, h, w", x);
        if (window.dilationH() != 1 || window.dilationW() != 1)
            throw new ShapeException(op + ": dilation must be 1, got " + window);
        if (Math.max(window.top(), window.bottom()) * 2 > window.kernelH()
                || Math.max(window.left(), window.right()) * 2 > window.kernelW())
            throw new ShapeException(op + ": padding must be at most half the kernel, got " + window);
        return window.output(op, x, x.dim(1));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return List.of(() -> new MaxPool2dInput(window, in.getFirst().shape()).on(dOut.getFirst(), out.get(1)));
    }
}
