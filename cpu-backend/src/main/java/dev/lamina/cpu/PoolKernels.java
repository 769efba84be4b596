package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;

/// Pooling and its adjoints: the geometry of the op handed to the loops for the type.
final class PoolKernels {
    private final Pool2dKernels floats;
    private final PlainPool plain;

    PoolKernels(Simd simd, Workers workers) {
        this.floats = new Pool2dKernels(simd, workers);
        this.plain = new PlainPool(workers);
    }

    void max(Window window, View x, View y, View index) {
        if (x.dtype() != DType.F32) plain.max(window, x, y, index);
        else floats.max(sizes(window, x), data(x), at(x), data(y), at(y), places(index), at(index));
    }

    void maxInput(Window window, View dy, View index, View dx) {
        if (dx.dtype() != DType.F32) plain.maxInput(dy, index, dx);
        else floats.maxAdjoint(sizes(window, dx), data(dy), at(dy), places(index), at(index), data(dx), at(dx));
    }

    void maxPick(Window window, View x, View index, View y) {
        if (x.dtype() != DType.F32) plain.maxPick(x, index, y);
        else floats.pick(sizes(window, x), data(x), at(x), places(index), at(index), data(y), at(y));
    }

    void avg(Window window, boolean includePad, View x, View y) {
        if (x.dtype() != DType.F32) plain.avg(window, includePad, x, y);
        else floats.average(sizes(window, x), includePad, data(x), at(x), data(y), at(y));
    }

    void avgInput(Window window, boolean includePad, View dy, View dx) {
        if (dx.dtype() != DType.F32) plain.avgInput(window, includePad, dy, dx);
        else floats.averageAdjoint(sizes(window, dx), includePad, data(dy), at(dy), data(dx), at(dx));
    }

    private static Pool2dShape sizes(Window w, View image) {
        Shape x = image.shape();
        return new Pool2dShape(
                x.dim(0) * x.dim(1),
                x.dim(2),
                x.dim(3),
                w.kernelH(),
                w.kernelW(),
                w.strideH(),
                w.strideW(),
                w.top(),
                w.left(),
                w.bottom(),
                w.right(),
                w.ceil());
    }

    private static float[] data(View v) {
        return (float[]) v.memory();
    }

    private static int[] places(View v) {
        return (int[]) v.memory();
    }

    private static int at(View v) {
        return Math.toIntExact(v.offset());
    }
}
