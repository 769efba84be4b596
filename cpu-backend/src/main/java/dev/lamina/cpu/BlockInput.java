package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;

/// An f32 input of an elementwise function: read in place where its elements lie in order, copied block by
/// block where it broadcasts.
record BlockInput(float[] memory, int offset, Broadcast broadcast) {
    static BlockInput of(View v, Shape shape) {
        var b = new Broadcast(v.shape(), shape);
        return new BlockInput((float[]) v.memory(), Math.toIntExact(v.offset()), b.identity() ? null : b);
    }

    boolean inPlace() {
        return broadcast == null;
    }
}
