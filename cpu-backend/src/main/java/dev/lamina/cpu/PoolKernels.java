package dev.lamina.cpu;

import dev.lamina.backend.Backend.View;

/// Pooling.
final class PoolKernels {
    private final PlainPool plain;

    PoolKernels(Workers workers) {
        this.plain = new PlainPool(workers);
    }

    void max(dev.lamina.op.Window window, View x, View y, View index) {
        plain.max(window, x, y, index);
    }

    void maxInput(View dy, View index, View dx) {
        plain.maxInput(dy, index, dx);
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
