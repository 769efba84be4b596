package dev.lamina.testing;

import static dev.lamina.testing.Values.given;
import static dev.lamina.testing.Values.halves;
import static dev.lamina.testing.Values.whole;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.op.BroadcastTo;
import dev.lamina.op.Cast;
import dev.lamina.op.Concat;
import dev.lamina.op.Fill;
import dev.lamina.op.Gather;
import dev.lamina.op.Iota;
import dev.lamina.op.Kernel;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Slice;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.List;

/// Ops that move elements: each of them for every element type.
final class LayoutCases {
    private LayoutCases() {}

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        all.addAll(casts());
        all.addAll(made());
        all.addAll(permuted());
        all.addAll(slices());
        all.addAll(placed());
        all.addAll(joined());
        all.addAll(indexed());
        return all;
    }

    /// One op on floats, on i32 and on u8.
    private static List<OpCase> moved(String name, Kernel op, int... shape) {
        return List.of(
                OpCase.of(name, op, Input.real(shape)).with(Trait.EXACT),
                OpCase.of(name + " of i32", op, Input.ints(whole(-99, 99), shape))
                        .with(Trait.EXACT),
                OpCase.of(name + " of u8", op, bytes(shape)).with(Trait.EXACT));
    }

    private static Input bytes(int... shape) {
        return new Input(Shape.of(shape), DType.U8, whole(0, 256));
    }

    private static List<OpCase> casts() {
        var all = new ArrayList<OpCase>();
        for (DType from : DType.values())
            for (DType to : DType.values()) {
                boolean signed = from != DType.U8 && to != DType.U8;
                Values v = signed ? halves(0.25) : whole(0, 256);
                for (int n : new int[] {1, 33, 0})
                    all.add(OpCase.of("cast " + from + " to " + to, new Cast(to), new Input(Shape.of(n), from, v))
                            .with(Trait.FIXED_TYPES, Trait.EXACT));
            }
        Values truncated = given(-2.75, -0.5, -0.0, 0.5, 2.75, 1e6, -1e6, Double.NaN);
        for (DType from : List.of(DType.F32, DType.F64))
            all.add(OpCase.of("cast truncates " + from, new Cast(DType.I32), new Input(Shape.of(8), from, truncated))
                    .with(Trait.FIXED_TYPES, Trait.EXACT));
        return all;
    }

    private static List<OpCase> made() {
        var all = new ArrayList<OpCase>();
        for (int[] s : new int[][] {{}, {0}, {7}, {33, 31}})
            all.add(OpCase.of("fill " + Shape.of(s), t -> new Fill(new Spec(Shape.of(s), t), -1.5))
                    .with(Trait.EXACT));
        for (DType t : List.of(DType.I32, DType.U8))
            all.add(OpCase.of("fill " + t, new Fill(new Spec(Shape.of(9), t), 200))
                    .with(Trait.EXACT));
        all.add(OpCase.of("fill infinity", t -> new Fill(new Spec(Shape.of(9), t), Double.NEGATIVE_INFINITY))
                .with(Trait.EXACT));
        for (int axis = 0; axis < 3; axis++) {
            int a = axis;
            all.add(OpCase.of("iota " + a, t -> new Iota(new Spec(Shape.of(3, 5, 4), t), a))
                    .with(Trait.EXACT));
            all.add(OpCase.of("iota " + a + " i32", new Iota(new Spec(Shape.of(3, 5, 4), DType.I32), a))
                    .with(Trait.EXACT));
        }
        all.add(OpCase.of("iota long", t -> new Iota(new Spec(Shape.of(1030), t), 0))
                .with(Trait.EXACT));
        all.add(OpCase.of("iota empty", t -> new Iota(new Spec(Shape.of(0, 2), t), 1))
                .with(Trait.EXACT));
        int[][][] wider = {
            {{}, {3}},
            {{1, 3}, {4, 3}},
            {{3, 1}, {3, 1030}},
            {{5}, {2, 3, 5}},
            {{2, 1, 3, 1, 2}, {2, 2, 3, 4, 2}},
            {{1}, {0}},
            {{1, 1}, {7, 9}},
            {{4}, {4}}
        };
        for (int[][] w : wider)
            all.addAll(moved("broadcast_to " + Shape.of(w[1]), new BroadcastTo(Shape.of(w[1])), w[0]));
        return all;
    }

    private static List<OpCase> permuted() {
        var all = new ArrayList<OpCase>();
        for (var axes : List.of(
                List.of(0, 1, 2),
                List.of(0, 2, 1),
                List.of(1, 0, 2),
                List.of(1, 2, 0),
                List.of(2, 0, 1),
                List.of(2, 1, 0)))
            all.add(OpCase.of("permute " + axes, new Permute(axes), Input.real(3, 4, 5))
                    .with(Trait.EXACT));
        all.addAll(moved("transpose", new Permute(List.of(1, 0)), 33, 17));
        all.addAll(moved("transpose long", new Permute(List.of(1, 0)), 3, 257));
        all.addAll(moved("to channels last", new Permute(List.of(0, 2, 3, 1)), 2, 3, 5, 7));
        all.add(OpCase.of("permute rank 5", new Permute(List.of(4, 2, 0, 3, 1)), Input.real(2, 3, 2, 1, 3))
                .with(Trait.EXACT));
        all.add(OpCase.of("permute a scalar", new Permute(List.of()), Input.real())
                .with(Trait.EXACT));
        all.add(OpCase.of("permute empty", new Permute(List.of(1, 0)), Input.real(0, 3))
                .with(Trait.EXACT));
        return all;
    }

    private static List<OpCase> slices() {
        var all = new ArrayList<OpCase>();
        all.addAll(moved("slice inner", new Slice(List.of(0, 2), Shape.of(5, 3)), 5, 7));
        all.addAll(moved("slice by 2", new Slice(List.of(1), Shape.of(16), List.of(2)), 33));
        all.addAll(moved("slice reversed", new Slice(List.of(32), Shape.of(33), List.of(-1)), 33));
        all.addAll(moved("slice reversed by 3", new Slice(List.of(1, 6), Shape.of(2, 3), List.of(1, -3)), 3, 7));
        all.addAll(moved("slice leading", new Slice(List.of(1, 0), Shape.of(2, 3)), 4, 3));
        all.add(OpCase.of(
                        "slice rank 4",
                        new Slice(List.of(0, 1, 3, 4), Shape.of(2, 2, 2, 3), List.of(1, 1, -1, -2)),
                        Input.real(2, 3, 4, 5))
                .with(Trait.EXACT));
        all.add(OpCase.of("slice empty", new Slice(List.of(0, 1), Shape.of(3, 0)), Input.real(3, 2))
                .with(Trait.EXACT));
        all.add(OpCase.of("slice wide", new Slice(List.of(0, 1), Shape.of(3, 1029)), Input.real(3, 1030))
                .with(Trait.EXACT));
        return all;
    }

    private static List<OpCase> placed() {
        var all = new ArrayList<OpCase>();
        all.addAll(moved("pad", new Place(Shape.of(5, 7), List.of(1, 2), 9), 3, 4));
        all.addAll(moved("place by 2", new Place(Shape.of(17), List.of(1), List.of(2), 0), 8));
        all.addAll(moved("place reversed", new Place(Shape.of(9, 3), List.of(8, 0), List.of(-2, 1), 1), 4, 3));
        all.add(OpCase.of(
                        "pad with infinity",
                        new Place(Shape.of(40), List.of(3), Double.NEGATIVE_INFINITY),
                        Input.real(33))
                .with(Trait.EXACT, Trait.KINK));
        all.add(OpCase.of("pad images", new Place(Shape.of(2, 2, 5, 6), List.of(0, 0, 1, 2), 0), Input.real(2, 2, 3, 2))
                .with(Trait.EXACT));
        all.add(OpCase.of("pad nothing", new Place(Shape.of(3, 2), List.of(0, 0), 4), Input.real(0, 2))
                .with(Trait.EXACT));
        return all;
    }

    private static List<OpCase> joined() {
        var all = new ArrayList<OpCase>();
        int[][][] groups = {
            {{2, 3}, {1, 3}, {4, 3}},
            {{3, 2}, {3, 5}},
            {{2, 3, 1}, {2, 3, 2}},
            {{7}},
            {{2, 2}, {0, 2}, {1, 2}},
            {{1}, {2}, {3}, {1}, {2}, {3}, {4}},
            {{3, 257}, {3, 33}},
            {{0, 3}, {0, 3}}
        };
        int[] axes = {0, 1, 2, 0, 0, 0, 1, 0};
        for (int i = 0; i < axes.length; i++) {
            var floats = new Input[groups[i].length];
            var ints = new Input[groups[i].length];
            for (int j = 0; j < floats.length; j++) {
                floats[j] = Input.real(groups[i][j]);
                ints[j] = Input.ints(whole(-99, 99), groups[i][j]);
            }
            all.add(OpCase.of("concat of " + floats.length + " on " + axes[i], new Concat(axes[i]), floats)
                    .with(Trait.EXACT));
            all.add(OpCase.of("concat of i32 on " + axes[i], new Concat(axes[i]), ints)
                    .with(Trait.EXACT));
        }
        all.add(OpCase.of("concat of u8", new Concat(0), bytes(3), bytes(9)).with(Trait.EXACT));
        return all;
    }

    private record Picked(int axis, int[] x, int[] index) {}

    private static final List<Picked> PICKED = List.of(
            new Picked(0, new int[] {5}, new int[] {}),
            new Picked(0, new int[] {5}, new int[] {9}),
            new Picked(1, new int[] {3, 4}, new int[] {7}),
            new Picked(1, new int[] {2, 3, 4}, new int[] {2, 2}),
            new Picked(2, new int[] {2, 3, 4}, new int[] {5, 1}),
            new Picked(0, new int[] {11, 7}, new int[] {4, 3}),
            new Picked(0, new int[] {3, 257}, new int[] {33}),
            new Picked(0, new int[] {3, 2}, new int[] {0}),
            new Picked(1, new int[] {0, 3}, new int[] {2}));

    private static List<OpCase> indexed() {
        var all = new ArrayList<OpCase>();
        for (Picked p : PICKED) {
            int size = p.x[p.axis];
            Input index = Input.ints(whole(0, size), p.index);
            all.add(OpCase.of("gather on " + p.axis, new Gather(p.axis), Input.real(p.x), index)
                    .with(Trait.EXACT));
            Shape x = Shape.of(p.x);
            Shape y = x.sub(0, p.axis).concat(index.shape()).concat(x.sub(p.axis + 1, x.rank()));
            all.add(OpCase.of("scatter_add on " + p.axis, new ScatterAdd(p.axis, size), Input.real(y.dims()), index)
                    .with(Trait.MULTILINEAR));
        }
        Input index = Input.ints(whole(0, 5), 2, 3);
        all.add(OpCase.of("gather of i32", new Gather(0), Input.ints(whole(-9, 9), 5, 2), index)
                .with(Trait.EXACT));
        all.add(OpCase.of("gather of u8", new Gather(0), bytes(5, 2), index).with(Trait.EXACT));
        all.add(OpCase.of("scatter_add of i32", new ScatterAdd(0, 5), Input.ints(whole(-9, 9), 2, 3, 2), index)
                .with(Trait.EXACT));
        all.add(OpCase.of(
                        "scatter_add of duplicates",
                        new ScatterAdd(0, 3),
                        Input.real(1030, 2),
                        Input.ints(whole(0, 3), 1030))
                .with(Trait.MULTILINEAR));
        return all;
    }
}
