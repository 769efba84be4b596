package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;

/// Pooling.
final class PoolKernels {
    private final PlainPool plain;
    private final FloatMaxPool floats;

    PoolKernels(Workers workers) {
        this.plain = new PlainPool(workers);
        this.floats = new FloatMaxPool(workers);
    }

    void max(dev.lamina.op.Window window, View x, View y, View index) {
        if (x.dtype() == DType.F32) floats.max(window, x, y, index);
        else plain.max(window, x, y, index);
    }

    void maxInput(View dy, View index, View dx) {
        if (dy.dtype() == DType.F32) floats.maxInput(dy, index, dx);
        else plain.maxInput(dy, index, dx);
    }

    void maxPick(View x, View index, View y) {
        plain.maxPick(x, index, y);
    }

    void avg(dev.lamina.op.Window window, boolean includePad, View x, View y) {
        plain.avg(window, includePad, x, y);
    }

    void avgInput(dev.lamina.op.Window window, boolean includePad, View dy, View dx) {
        plain.avgInput(window, includePad, dy, dx);
    }
}
