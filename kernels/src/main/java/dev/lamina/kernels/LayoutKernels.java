package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Concat;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Iota;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Ops that move elements without computing: each is one copy along a walk with its own strides on both sides,
/// but for permutations that exchange the fastest axis, which go through tiles in local memory.
final class LayoutKernels {
    private static final Elementwise COPY = Elementwise.of("copy", 1, Expr.in(0));
    private static final Elementwise FILL = Elementwise.update("fill", 0, List.of(Expr.scalar(0)));
    private static final int TILE = 32;
    /// Below this a tile would be mostly empty.
    private static final int NARROW = 8;

    private record TileKey(DType dtype, Walk.Structure batch) {}

    private final Launcher launcher;
    private final MapKernel map;
    private final Map<TileKey, KernelText> tiles = new ConcurrentHashMap<>();
    private final Map<DType, KernelText> iotas = new ConcurrentHashMap<>();

    LayoutKernels(Launcher launcher) {
        this.launcher = launcher;
        map = new MapKernel(launcher);
    }

    void broadcast(View x, View y) {
        copy(y.shape(), x, Strides.broadcast(x.shape(), y.shape()), y, Strides.of(y.shape()));
    }

    void slice(Slice op, View x, View y) {
        copy(y.shape(), moved(x, op.starts()), stepped(x, op.steps()), y, Strides.of(y.shape()));
    }

    /// Fills everything, then writes what is placed: elements are few where most is fill, and otherwise the
    /// second write finds the line in the cache.
    void place(Place op, View x, View y) {
        if (!x.shape().equals(y.shape())) fill(op.fill(), y);
        if (x.shape().isEmpty()) return;
        copy(x.shape(), x, Strides.of(x.shape()), moved(y, op.starts()), stepped(y, op.steps()));
    }

    void concat(Concat op, List<View> in, View y) {
        long start = y.offset();
        long inner = y.shape().size(op.axis() + 1, y.shape().rank());
        for (View x : in) {
            if (!x.shape().isEmpty())
                copy(x.shape(), x, Strides.of(x.shape()), new View(y.memory(), start, y.spec()), Strides.of(y.shape()));
            start += x.shape().dim(op.axis()) * inner;
        }
    }

    void fill(double value, View y) {
        int n = Launcher.size(y);
        map.run(FILL, List.of(value), Walk.of(new int[] {n}, new int[] {1}), n, List.of(), List.of(y));
    }

    void iota(Iota op, View y) {
        KernelText text = iotas.computeIfAbsent(y.dtype(), LayoutKernels::iotaText);
        int n = Launcher.size(y);
        int inner = (int) y.shape().size(op.axis() + 1, y.shape().rank());
        launcher.overElements(text, n, y.memory(), Launcher.at(y), n, y.shape().dim(op.axis()), inner);
    }

    void permute(Permute op, View x, View y) {
        int[] own = Strides.of(x.shape());
        int[] from = op.axes().stream().mapToInt(a -> own[a]).toArray();
        Walk walk = Walk.of(y.shape().dims(), Strides.of(y.shape()), from);
        int q = walk.rank() - 1;
        int p = q;
        for (int a = 0; a < q; a++) if (walk.stride(1, a) == 1) p = a;
        boolean narrow = p == q || walk.size(p) < NARROW || walk.size(q) < NARROW;
        if (narrow || walk.rank() - 2 > Walk.MOST_RANK) copy(walk, x, y);
        else transpose(walk, p, q, x, y);
    }

    /// Exchanges axis q, the fastest of the output, and p, the fastest of the input; the other axes are a
    /// batch.
    private void transpose(Walk walk, int p, int q, View x, View y) {
        var sizes = new ArrayList<Integer>();
        var to = new ArrayList<Integer>();
        var from = new ArrayList<Integer>();
        int count = 1;
        for (int a = 0; a < q; a++) {
            if (a == p) continue;
            sizes.add(walk.size(a));
            to.add(walk.stride(0, a));
            from.add(walk.stride(1, a));
            count *= walk.size(a);
        }
        Walk merged = Walk.of(ints(sizes), ints(to), ints(from));
        Walk batch = merged.closed(Walk.closedRank(merged.rank()));
        KernelText text =
                tiles.computeIfAbsent(new TileKey(x.dtype(), batch.structure()), LayoutKernels::transposeText);
        int across = (walk.size(p) + TILE - 1) / TILE;
        int down = (walk.size(q) + TILE - 1) / TILE;
        var args = new ArrayList<Object>(List.of(x.memory(), Launcher.at(x), y.memory(), Launcher.at(y)));
        args.addAll(List.of(walk.size(p), walk.size(q), walk.stride(0, p), walk.stride(1, q), across, down));
        int total = Math.multiplyExact(count, across * down);
        args.add(total);
        batch.arguments(args);
        int local = TILE * (TILE + 1) * x.dtype().bytes();
        Groups groups = Groups.of(launcher, total);
        launcher.groups(text, groups.count(), groups.size(), local, args.toArray());
    }

    private static KernelText transposeText(TileKey k) {
        return KernelText.of(
                "transpose.c",
                "transpose",
                Map.of(
                        "T", Launcher.c(k.dtype),
                        "TILE", TILE,
                        "PARAMETERS", k.batch.parameters("b"),
                        "TO(b)", k.batch.at("b", 0, "b"),
                        "FROM(b)", k.batch.at("b", 1, "b")));
    }

    private static KernelText iotaText(DType t) {
        return KernelText.of("iota.c", "iota", Map.of("T", Launcher.c(t)));
    }

    /// Every text that can be asked for.
    static void texts(Consumer<KernelText> to) {
        for (DType t : DType.values()) {
            to.accept(iotaText(t));
            for (int rank : Walk.Structure.CLOSED_RANKS)
                for (var batch : Walk.Structure.closed(rank, 2)) to.accept(transposeText(new TileKey(t, batch)));
        }
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private void copy(Shape space, View x, int[] from, View y, int[] to) {
        copy(Walk.of(space.dims(), to, from), x, y, space);
    }

    private void copy(Walk walk, View x, View y) {
        copy(walk, x, y, y.shape());
    }

    private void copy(Walk walk, View x, View y, Shape space) {
        map.run(COPY, List.of(), walk, Math.toIntExact(space.size()), List.of(x), List.of(y));
    }

    /// The view that begins at `starts`.
    private static View moved(View v, List<Integer> starts) {
        int[] strides = Strides.of(v.shape());
        long at = v.offset();
        for (int a = 0; a < strides.length; a++) at += (long) starts.get(a) * strides[a];
        return new View(v.memory(), at, new Spec(v.shape(), v.dtype()));
    }

    private static int[] stepped(View v, List<Integer> steps) {
        int[] strides = Strides.of(v.shape());
        for (int a = 0; a < strides.length; a++) strides[a] *= steps.get(a);
        return strides;
    }
}
