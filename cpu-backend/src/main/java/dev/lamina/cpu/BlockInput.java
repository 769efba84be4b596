package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;

/// An f32 input of an elementwise function: read in place where its elements lie in order, copied block by
/// block where it broadcasts.
record BlockInput(float[] memory, int offset, Broadcast broadcast) {
    static BlockInput of(View v, Shape shape) {
        return new BlockInput((float[]) v.memory(), Math.toIntExact(v.offset()), broadcast(v.shape(), shape));
    }

    /// Null where the elements lie in order. A single one is read once, not in a loop.
    private static Broadcast broadcast(Shape from, Shape to) {
        if (from.equals(to) || from.size() == 1) return null;
        var broadcast = new Broadcast(from, to);
        return broadcast.identity() ? null : broadcast;
    }

    boolean inPlace() {
        return broadcast == null;
    }
}
