package dev.lamina.testing;

import dev.lamina.op.Concat;
import dev.lamina.op.Fill;
import dev.lamina.op.Iota;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Slice;
import java.util.List;

/// Ops that move or make elements without computing.
final class LayoutReference {
    private LayoutReference() {}

    static void copy(Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, x.get(i));
    }

    static void fill(Fill op, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, op.value());
    }

    static void iota(Iota op, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, Cells.coordinates(i, y.shape())[op.axis()]);
    }

    static void broadcast(Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, x.get(Cells.broadcast(Cells.coordinates(i, y.shape()), x.shape())));
    }

    static void permute(Permute op, Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) {
            int[] to = Cells.coordinates(i, y.shape());
            int[] from = new int[to.length];
            for (int a = 0; a < to.length; a++) from[op.axes().get(a)] = to[a];
            y.set(i, x.get(Cells.position(from, x.shape())));
        }
    }

    static void slice(Slice op, Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) {
            int[] at = stepped(Cells.coordinates(i, y.shape()), op.starts(), op.steps());
            y.set(i, x.get(Cells.position(at, x.shape())));
        }
    }

    static void place(Place op, Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) y.set(i, op.fill());
        for (int i = 0; i < x.size(); i++) {
            int[] at = stepped(Cells.coordinates(i, x.shape()), op.starts(), op.steps());
            y.set(Cells.position(at, y.shape()), x.get(i));
        }
    }

    private static int[] stepped(int[] at, List<Integer> starts, List<Integer> steps) {
        for (int a = 0; a < at.length; a++) at[a] = starts.get(a) + at[a] * steps.get(a);
        return at;
    }

    static void concat(Concat op, List<Cells> in, Cells y) {
        int start = 0;
        for (Cells x : in) {
            for (int i = 0; i < x.size(); i++) {
                int[] at = Cells.coordinates(i, x.shape());
                at[op.axis()] += start;
                y.set(Cells.position(at, y.shape()), x.get(i));
            }
            start += x.shape().dim(op.axis());
        }
    }
}
