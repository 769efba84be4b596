package dev.lamina.testing;

import static dev.lamina.testing.Values.between;
import static dev.lamina.testing.Values.distinct;
import static dev.lamina.testing.Values.given;
import static dev.lamina.testing.Values.whole;

import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Reduce;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.List;

/// Reductions of every kind over many sets of axes, the positions of extremes, and running sums.
final class ReductionCases {
    private ReductionCases() {}

    private record Over(List<Integer> axes, int... shape) {}

    private static final List<Over> SHAPES = List.of(
            new Over(List.of()),
            new Over(List.of(0), 1),
            new Over(List.of(0), 2),
            new Over(List.of(0), 7),
            new Over(List.of(0), 33),
            new Over(List.of(0), 257),
            new Over(List.of(0), 1030),
            new Over(List.of(), 3, 2),
            new Over(List.of(0), 3, 5),
            new Over(List.of(1), 3, 5),
            new Over(List.of(0, 1), 3, 5),
            new Over(List.of(0), 2, 3, 4),
            new Over(List.of(1), 2, 3, 4),
            new Over(List.of(2), 2, 3, 4),
            new Over(List.of(0, 1), 2, 3, 4),
            new Over(List.of(0, 2), 2, 3, 4),
            new Over(List.of(1, 2), 2, 3, 4),
            new Over(List.of(0, 1, 2), 2, 3, 4),
            new Over(List.of(0, 2, 3), 2, 3, 4, 5),
            new Over(List.of(0, 2, 4), 2, 3, 2, 3, 2),
            new Over(List.of(1, 3), 2, 3, 2, 3, 2),
            new Over(List.of(1), 4, 1, 3),
            new Over(List.of(0), 33, 17),
            new Over(List.of(1), 33, 17),
            new Over(List.of(0), 1030, 3),
            new Over(List.of(1), 3, 1030),
            new Over(List.of(1), 0, 3));

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (var kind : Reduce.Kind.values()) {
            for (Over o : SHAPES) all.add(reduce(kind, o));
            all.add(OpCase.of(name(kind) + " of i32", new Reduce(kind, List.of(0)), Input.ints(whole(-9, 9), 5, 3))
                    .with(Trait.EXACT));
            all.add(OpCase.of(name(kind) + " of i32", new Reduce(kind, List.of(0, 1)), Input.ints(whole(1, 3), 9, 3))
                    .with(Trait.EXACT));
        }
        for (var kind : List.of(Reduce.Kind.SUM, Reduce.Kind.PROD)) {
            all.add(OpCase.of(name(kind) + " of none", new Reduce(kind, List.of(0)), Input.real(0, 3)));
            all.add(OpCase.of(name(kind) + " of none", new Reduce(kind, List.of(2)), Input.real(2, 3, 0)));
        }
        all.add(OpCase.of("sum of many", new Reduce(Reduce.Kind.SUM, List.of(0)), Input.real(4099))
                .with(Trait.MULTILINEAR));
        all.add(OpCase.of("max of equals", new Reduce(Reduce.Kind.MAX, List.of(1)), Input.real(whole(0, 2), 4, 5))
                .with(Trait.KINK, Trait.EXACT));
        all.add(OpCase.of("max below zero", new Reduce(Reduce.Kind.MAX, List.of(0)), Input.real(given(-3, -1, -2), 3)));
        all.add(OpCase.of("min above zero", new Reduce(Reduce.Kind.MIN, List.of(0)), Input.real(given(3, 1, 2), 3)));
        all.add(OpCase.of(
                        "prod with a zero",
                        new Reduce(Reduce.Kind.PROD, List.of(1)),
                        Input.real(given(2, 0, 3, 0, 5, 0, 2, 3, 4), 3, 3))
                .with(Trait.SECOND_KINK));
        all.addAll(positions());
        all.addAll(runningSums());
        return all;
    }

    private static String name(Reduce.Kind kind) {
        return new Reduce(kind, List.of()).name();
    }

    private static OpCase reduce(Reduce.Kind kind, Over o) {
        Values values = switch (kind) {
            case SUM -> between(-2, 2);
            case PROD -> between(0.9, 1.1);
            case MAX, MIN -> distinct();
        };
        OpCase c = OpCase.of(name(kind) + " over " + o.axes, new Reduce(kind, o.axes), Input.real(values, o.shape));
        return switch (kind) {
            case SUM -> c.with(Trait.MULTILINEAR);
            case PROD -> c.tolerance(1e-4, 0.1);
            case MAX, MIN -> c.with(Trait.EXACT);
        };
    }

    private static List<OpCase> positions() {
        var all = new ArrayList<OpCase>();
        for (boolean max : new boolean[] {true, false}) {
            String n = max ? "arg_max" : "arg_min";
            for (int axis = 0; axis < 3; axis++)
                all.add(OpCase.of(n + " over " + axis, new ArgReduce(max, axis), Input.real(3, 5, 4)));
            all.add(OpCase.of(n, new ArgReduce(max, 0), Input.real(1030)));
            all.add(OpCase.of(n, new ArgReduce(max, 0), Input.real(1)));
            all.add(OpCase.of(n, new ArgReduce(max, 1), Input.real(9, 257)));
            all.add(OpCase.of(n, new ArgReduce(max, 1), Input.real(0, 3)));
            all.add(OpCase.of(n + " of equals", new ArgReduce(max, 1), Input.real(whole(0, 2), 7, 33)));
            all.add(OpCase.of(n + " of i32", new ArgReduce(max, 0), Input.ints(whole(-3, 4), 17, 3)));
        }
        return all;
    }

    private static List<OpCase> runningSums() {
        var all = new ArrayList<OpCase>();
        for (boolean reverse : new boolean[] {false, true}) {
            String n = reverse ? "cum_sum reversed" : "cum_sum";
            for (int axis = 0; axis < 3; axis++)
                all.add(OpCase.of(n + " over " + axis, new CumSum(axis, reverse), Input.real(3, 4, 2)));
            for (int size : new int[] {1, 31, 33, 1030})
                all.add(OpCase.of(n, new CumSum(0, reverse), Input.real(size)));
            all.add(OpCase.of(n, new CumSum(1, reverse), Input.real(0, 3)));
            all.add(OpCase.of(n, new CumSum(0, reverse), Input.real(0, 3)));
            all.add(OpCase.of(n + " of i32", new CumSum(0, reverse), Input.ints(whole(-9, 9), 9, 2))
                    .with(Trait.EXACT));
        }
        return all.stream()
                .map(c -> c.is(Trait.EXACT) ? c : c.with(Trait.MULTILINEAR))
                .toList();
    }
}
