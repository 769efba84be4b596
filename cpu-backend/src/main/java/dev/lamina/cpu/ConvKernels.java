package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;

/// Convolution and its adjoints: the geometry of the op handed to the loops for the type.
final class ConvKernels {
    private final Simd simd;
    private final Conv2dKernels kernels;
    private final PlainConv plain;

    ConvKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.kernels = new Conv2dKernels(simd, workers);
        this.plain = new PlainConv(workers);
    }

    /// True if the epilogue was applied, otherwise it is left to do.
    boolean forward(Window window, int groups, View x, View weight, View y, Epilogue epilogue) {
        if (y.dtype() != DType.F32) {
            plain.forward(window, groups, x, weight, y);
            return false;
        }
        return kernels.forward(
                sizes(window, groups, x, y), data(x), at(x), data(weight), at(weight), data(y), at(y), epilogue);
    }

    void input(Window window, int groups, View dy, View weight, View dx) {
        if (dx.dtype() != DType.F32) plain.input(window, groups, dy, weight, dx);
        else
            kernels.inputGradient(
                    sizes(window, groups, dx, dy), data(dy), at(dy), data(weight), at(weight), data(dx), at(dx));
    }

    /// The fast kernel multiplies elements outside the window by zeros, so a NaN or an infinity spreads to taps
    /// that do not see it; then, and only then, the plain loops compute the result again.
    void weight(Window window, int groups, View x, View dy, View dw) {
        if (dw.dtype() == DType.F32) {
            var s = sizes(window, groups, x, dy);
            kernels.weightGradient(s, data(x), at(x), data(dy), at(dy), data(dw), at(dw));
            if (finite(dw)) return;
        }
        plain.weight(window, groups, x, dy, dw);
    }

    /// A sum of finite numbers may overflow too: then the plain loops only compute the same again.
    private boolean finite(View v) {
        return Double.isFinite(simd.sum((int) v.shape().size(), data(v), at(v)));
    }

    private static Conv2dShape sizes(Window w, int groups, View image, View y) {
        Shape x = image.shape();
        return new Conv2dShape(
                x.dim(0),
                x.dim(1),
                x.dim(2),
                x.dim(3),
                y.shape().dim(1),
                w.kernelH(),
                w.kernelW(),
                w.strideH(),
                w.strideW(),
                w.top(),
                w.left(),
                w.bottom(),
                w.right(),
                w.dilationH(),
                w.dilationW(),
                groups);
    }

    private static float[] data(View v) {
        return (float[]) v.memory();
    }

    private static int at(View v) {
        return Math.toIntExact(v.offset());
    }
}
