package dev.lamina.testing;

import dev.lamina.IndexException;
import dev.lamina.Shape;
import dev.lamina.op.Gather;
import dev.lamina.op.ScatterAdd;

/// Ops that move slices to where indices say.
final class IndexReference {
    private IndexReference() {}

    static void gather(Gather op, Cells x, Cells index, Cells y) {
        int size = x.shape().dim(op.axis());
        int after = after(x.shape(), op.axis() + 1);
        int picked = index.size();
        for (int i = 0; i < y.size(); i++) {
            int before = i / after / picked;
            int k = checked("gather", index, i / after % picked, size);
            y.set(i, x.get((before * size + k) * after + i % after));
        }
    }

    static void scatterAdd(ScatterAdd op, Cells x, Cells index, Cells y) {
        int picked = index.size();
        int after = after(x.shape(), op.axis() + index.shape().rank());
        var sum = new double[y.size()];
        for (int i = 0; i < x.size(); i++) {
            int before = i / after / picked;
            int k = checked("scatter_add", index, i / after % picked, op.size());
            sum[(before * op.size() + k) * after + i % after] += x.get(i);
        }
        for (int o = 0; o < sum.length; o++) y.set(o, sum[o]);
    }

    private static int after(Shape s, int axis) {
        return Math.toIntExact(s.size(axis, s.rank()));
    }

    static int checked(String op, Cells index, int position, int size) {
        int k = index.index(position);
        if (k < 0 || k >= size)
            throw new IndexException(op + ": index " + k + " at position " + position + " is outside 0.." + (size - 1));
        return k;
    }
}
