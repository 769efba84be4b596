package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Reduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Sums, products, extremes, their positions, and running sums. The order of combination depends on the sizes
/// and the device alone, so equal inputs give equal bits.
final class ReduceKernels {
    private record Key(Reduce.Kind kind, DType dtype, boolean grouped, Walk.Structure kept, Walk.Structure reduced) {}

    private record AlongKey(String name, DType dtype, boolean flag, boolean grouped) {}

    private static final int WIDE = 64;

    private final Launcher launcher;
    private final Scratch scratch;
    private final Map<Key, KernelText> texts = new ConcurrentHashMap<>();
    private final Map<AlongKey, KernelText> along = new ConcurrentHashMap<>();

    ReduceKernels(Launcher launcher, Scratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
    }

    void run(Reduce op, View x, View y) {
        reduce(op.kind(), x.dtype(), op.layout(x.shape()), x.memory(), Launcher.at(x), y.memory(), Launcher.at(y));
    }

    private void reduce(Reduce.Kind kind, DType t, Reduce.Layout layout, Object x, int xo, Object y, int yo) {
        if (layout.sizes().length > 2 * Walk.MOST_RANK) {
            inner(kind, t, layout, x, xo, y, yo);
            return;
        }
        Kept k = Kept.of(layout);
        Split s = Split.of(launcher, k.outputs(), k.length(), k.contiguous());
        if (s.chunks() == 1) {
            pass(kind, t, k, s, x, xo, y, yo);
            return;
        }
        scratch.lend((long) s.total() * t.bytes(), partial -> {
            pass(kind, t, k, s, x, xo, partial, 0);
            var rest = new Reduce.Layout(new int[] {1, s.chunks(), s.outputs()});
            reduce(kind, t, rest, partial, 0, y, yo);
        });
    }

    /// Of more axes than a kernel takes, the last reduced one on its own, and then the rest.
    private void inner(Reduce.Kind kind, DType t, Reduce.Layout layout, Object x, int xo, Object y, int yo) {
        int[] sizes = layout.sizes();
        int last = (sizes.length - 2) / 2 * 2 + 1;
        int before = Arrays.stream(sizes, 0, last).reduce(1, (a, b) -> a * b);
        int after = last + 1 < sizes.length ? sizes[last + 1] : 1;
        int[] rest = Arrays.copyOf(sizes, last);
        rest[last - 1] *= after;
        scratch.lend((long) before * after * t.bytes(), partial -> {
            reduce(kind, t, new Reduce.Layout(new int[] {before, sizes[last], after}), x, xo, partial, 0);
            reduce(kind, t, new Reduce.Layout(rest), partial, 0, y, yo);
        });
    }

    private void pass(Reduce.Kind kind, DType t, Kept k, Split s, Object x, int xo, Object y, int yo) {
        var key =
                new Key(kind, t, s.grouped(), k.kept().structure(), k.reduced().structure());
        KernelText text = texts.computeIfAbsent(key, this::text);
        var args = new ArrayList<Object>(List.of(x, xo, y, yo, s.outputs(), s.reduced(), s.chunk(), s.total()));
        k.kept().arguments(args);
        k.reduced().arguments(args);
        if (s.grouped()) {
            Groups g = Groups.of(launcher, s.total());
            launcher.groups(text, g.count(), g.size(), g.size() * t.bytes(), args.toArray());
        } else launcher.overElements(text, s.total(), args.toArray());
    }

    /// Every text that can be asked for.
    void texts(Consumer<KernelText> to) {
        for (DType t : new DType[] {DType.F32, DType.F64, DType.I32}) {
            for (var walks : Kept.structures())
                for (Reduce.Kind kind : Reduce.Kind.values())
                    for (boolean grouped : new boolean[] {false, true})
                        to.accept(text(new Key(kind, t, grouped, walks.get(0), walks.get(1))));
            for (boolean flag : new boolean[] {false, true})
                for (boolean grouped : new boolean[] {false, true})
                    for (String name : List.of("arg_reduce", "cum_sum"))
                        to.accept(alongText(new AlongKey(name, t, flag, grouped)));
        }
    }

    private KernelText text(Key k) {
        String entry = k.grouped ? "reduce_group" : "reduce_item";
        var defines = new HashMap<String, Object>(Map.of(
                "T", Launcher.c(k.dtype),
                "GROUP", Groups.size(launcher),
                "FIRST", CSource.constant(first(k.kind, k.dtype), k.dtype),
                "COMBINE(a, b)", CSource.binary(combine(k.kind), k.dtype, "(a)", "(b)"),
                "PARAMETERS", k.kept.parameters("k") + k.reduced.parameters("r"),
                "KEPT(o)", k.kept.at("k", 0, "o"),
                "REDUCED(j)", k.reduced.at("r", 0, "j")));
        return KernelText.of(entry + ".c", entry, defines);
    }

    private static BinaryFn combine(Reduce.Kind kind) {
        return switch (kind) {
            case SUM -> BinaryFn.ADD;
            case PROD -> BinaryFn.MUL;
            case MAX -> BinaryFn.MAX;
            case MIN -> BinaryFn.MIN;
        };
    }

    private static double first(Reduce.Kind kind, DType t) {
        return switch (kind) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX -> t.floating() ? Double.NEGATIVE_INFINITY : Integer.MIN_VALUE;
            case MIN -> t.floating() ? Double.POSITIVE_INFINITY : Integer.MAX_VALUE;
        };
    }

    void arg(ArgReduce op, View x, View y) {
        alongAxis("arg_reduce", op.max(), x, y, op.axis());
    }

    void cumSum(CumSum op, View x, View y) {
        alongAxis("cum_sum", op.reverse(), x, y, op.axis());
    }

    /// Kernels over `[outer, n, inner]` with a group or an item for each of the outer * inner lines.
    private void alongAxis(String name, boolean flag, View x, View y, int axis) {
        Shape s = x.shape();
        int n = s.dim(axis);
        int inner = Math.toIntExact(s.size(axis + 1, s.rank()));
        int lines = Math.toIntExact(s.size(0, axis)) * inner;
        // With lines enough for every unit, items read neighbours of each other; a group reads across lines.
        boolean grouped =
                n >= WIDE && (inner == 1 || lines < launcher.driver().limits().units() * Launcher.GROUP);
        var key = new AlongKey(name, x.dtype(), flag, grouped);
        KernelText text = along.computeIfAbsent(key, this::alongText);
        Object[] args = {x.memory(), Launcher.at(x), y.memory(), Launcher.at(y), n, inner, lines};
        if (grouped) {
            Groups g = Groups.of(launcher, lines);
            launcher.groups(text, g.count(), g.size(), g.size() * (x.dtype().bytes() + DType.I32.bytes()), args);
        } else launcher.overElements(text, lines, args);
    }

    private KernelText alongText(AlongKey k) {
        String entry = k.name + (k.grouped ? "_group" : "_item");
        var defines = new HashMap<String, Object>(Map.of(
                "T", Launcher.c(k.dtype),
                "GROUP", Groups.size(launcher),
                "ADD(a, b)", CSource.binary(BinaryFn.ADD, k.dtype, "(a)", "(b)")));
        if (k.name.equals("cum_sum")) defines.put("REVERSE", k.flag ? 1 : 0);
        else defines.put("BEFORE(a, b)", k.flag ? "((a) > (b))" : "((a) < (b))");
        return KernelText.of(entry + ".c", entry, defines);
    }
}
