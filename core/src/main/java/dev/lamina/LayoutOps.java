package dev.lamina;

import dev.lamina.op.BroadcastTo;
import dev.lamina.op.Gather;
import dev.lamina.op.Iota;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Reshape;
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Ops that move elements without computing. Negative axes count from the end.
public sealed interface LayoutOps permits Tensor {
    private Tensor self() {
        return (Tensor) this;
    }

    private Shape sh() {
        return self().shape();
    }

    default Tensor reshape(Shape shape) {
        return shape.equals(sh())
                ? self()
                : Tensor.apply(new Reshape(shape), List.of(self())).getFirst();
    }

    /// A free view under another shape; one size may be -1, which is worked out.
    default Tensor reshape(int... dims) {
        int[] d = dims.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < d.length; i++) {
            if (d[i] != -1) known *= d[i];
            else if (open >= 0) throw new ShapeException("reshape: more than one -1 in " + Arrays.toString(dims));
            else open = i;
        }
        if (open >= 0) {
            if (known == 0 || sh().size() % known != 0)
                throw new ShapeException("reshape: " + sh() + " does not divide into " + Arrays.toString(dims));
            d[open] = (int) (sh().size() / known);
        }
        return reshape(Shape.of(d));
    }

    /// All axes from `axis` on merged into one.
    default Tensor flatten(int axis) {
        int a = sh().axis("flatten", axis);
        return reshape(sh().sub(0, a).concat(Shape.of((int) sh().size(a, sh().rank()))));
    }

    /// One more axis of size 1 at `axis` (0..rank).
    default Tensor unsqueeze(int axis) {
        int a = axis < 0 ? axis + sh().rank() + 1 : axis;
        if (a < 0 || a > sh().rank())
            throw new ShapeException("unsqueeze: axis " + axis + " is out of range for " + sh());
        return reshape(sh().insert(a, 1));
    }

    /// Drops `axis`, which must have size 1.
    default Tensor squeeze(int axis) {
        int a = sh().axis("squeeze", axis);
        if (sh().dim(a) != 1) throw new ShapeException("squeeze: axis " + axis + " of " + sh() + " is not 1");
        return reshape(sh().remove(a));
    }

    /// Axis i of the result is axis `axes[i]` of this.
    default Tensor permute(int... axes) {
        var order =
                Arrays.stream(axes).map(a -> sh().axis("permute", a)).boxed().toList();
        if (order.equals(IntStream.range(0, sh().rank()).boxed().toList())) return self();
        return new Permute(order).on(self());
    }

    /// Swaps two axes.
    default Tensor transpose(int a, int b) {
        int[] axes = IntStream.range(0, sh().rank()).toArray();
        int i = sh().axis("transpose", a);
        int j = sh().axis("transpose", b);
        axes[i] = j;
        axes[j] = i;
        return permute(axes);
    }

    /// Elements `from` (inclusive) to `to` (exclusive) along `axis`.
    default Tensor slice(int axis, int from, int to) {
        return slice(axis, from, to, 1);
    }

    /// Every `step`-th element from `from` (inclusive) to `to` (exclusive) along `axis`.
    default Tensor slice(int axis, int from, int to, int step) {
        int a = sh().axis("slice", axis);
        if (from < 0 || to > sh().dim(a) || from > to || step < 1)
            throw new ShapeException(
                    "slice: " + from + ".." + to + " by " + step + " is not inside axis " + axis + " of " + sh());
        return cut(a, from, (to - from + step - 1) / step, step);
    }

    private Tensor cut(int axis, int start, int size, int step) {
        var starts = new ArrayList<>(Collections.nCopies(sh().rank(), 0));
        var steps = new ArrayList<>(Collections.nCopies(sh().rank(), 1));
        starts.set(axis, start);
        steps.set(axis, step);
        return Tensor.apply(new Slice(starts, sh().with(axis, size), steps), List.of(self()))
                .getFirst();
    }

    /// Element `index` of the first axis, which is dropped: a free view.
    default Tensor at(int index) {
        return slice(0, index, index + 1).squeeze(0);
    }

    /// Elements in reverse order along `axes`.
    default Tensor flip(int... axes) {
        Tensor t = self();
        for (int axis : axes) {
            int a = sh().axis("flip", axis);
            t = ((LayoutOps) t).cutReversed(a);
        }
        return t;
    }

    private Tensor cutReversed(int axis) {
        return sh().dim(axis) < 2 ? self() : cut(axis, sh().dim(axis) - 1, sh().dim(axis), -1);
    }

    /// Pieces of `size` along `axis`; the last may be smaller.
    default List<Tensor> split(int axis, int size) {
        if (size < 1) throw new ShapeException("split: size must be positive, got " + size);
        int n = sh().dim(sh().axis("split", axis));
        return IntStream.iterate(0, i -> i < n, i -> i + size)
                .mapToObj(i -> slice(axis, i, Math.min(n, i + size)))
                .toList();
    }

    /// `before[a]` and `after[a]` elements of `value` added at the ends of each axis a.
    default Tensor pad(int[] before, int[] after, double value) {
        if (before.length != sh().rank() || after.length != sh().rank())
            throw new ShapeException(
                    "pad: " + sh() + " needs " + sh().rank() + " sizes, got " + before.length + " and " + after.length);
        int[] d = sh().dims();
        for (int i = 0; i < d.length; i++) {
            if (before[i] < 0 || after[i] < 0)
                throw new ShapeException("pad: sizes must not be negative; use slice to cut");
            d[i] += before[i] + after[i];
        }
        return new Place(Shape.of(d), Arrays.stream(before).boxed().toList(), value).on(self());
    }

    default Tensor broadcastTo(Shape shape) {
        return shape.equals(sh()) ? self() : new BroadcastTo(shape).on(self());
    }

    /// Repeats the whole tensor `times[a]` times along each axis a.
    default Tensor tile(int... times) {
        if (times.length != sh().rank())
            throw new ShapeException("tile: " + sh() + " needs " + sh().rank() + " counts, got " + times.length);
        int[] split = new int[2 * times.length];
        int[] wide = new int[2 * times.length];
        int[] merged = new int[times.length];
        for (int i = 0; i < times.length; i++) {
            split[2 * i] = 1;
            wide[2 * i] = times[i];
            split[2 * i + 1] = wide[2 * i + 1] = sh().dim(i);
            merged[i] = times[i] * sh().dim(i);
        }
        return reshape(Shape.of(split)).broadcastTo(Shape.of(wide)).reshape(Shape.of(merged));
    }

    /// Slices along `axis` picked by i32 indices of any shape, whose axes take the place of `axis`.
    ///
    /// @throws IndexException if an index that came from the host is out of range
    default Tensor gather(int axis, Tensor index) {
        int a = sh().axis("gather", axis);
        IntRange.check("gather: index", index, sh().dim(a));
        return new Gather(a).on(self(), index);
    }

    /// Adds slices into zeros of `size` along `axis` at i32 indices; see `ScatterAdd`.
    default Tensor scatterAdd(int axis, Tensor index, int size) {
        IntRange.check("scatter_add: index", index, size);
        return new ScatterAdd(sh().axis("scatter_add", axis), size).on(self(), index);
    }

    /// `y[i, j] = x[i, index[i, j]]` for `axis` 1 and likewise for others: one pick per position, `index` i32
    /// with the rank of this and equal sizes off `axis`.
    default Tensor takeAlong(int axis, Tensor index) {
        int a = sh().axis("take_along", axis);
        if (!sh().with(a, 1)
                .equals(index.shape().rank() == sh().rank() ? index.shape().with(a, 1) : null))
            throw new ShapeException(
                    "take_along: index " + index.shape() + " must equal " + sh() + " off axis " + axis);
        IntRange.check("take_along: index", index, sh().dim(a));
        return TakeAlong.of(self(), a, index);
    }

    /// For i32 indices: f32 of one more axis of size `classes`, 1 at the index and 0 elsewhere.
    ///
    /// @throws IndexException if an index that came from the host is out of range
    default Tensor oneHot(int classes) {
        IntRange.check("one_hot: index", self(), classes);
        var row = new Spec(Shape.of(classes), DType.I32);
        Tensor position =
                Tensor.apply(new Iota(row, 0), List.of(), self().device()).getFirst();
        return self().unsqueeze(-1).eq(position).cast(DType.F32);
    }
}
