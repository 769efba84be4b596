package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Gather;
import dev.lamina.op.ScatterAdd;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Picking slices by index, and its adjoint, over `[before, size or picked, after]`. An index outside the range
/// touches no memory: gather gives NaN for it (0 for integers), which shows, and scatter-add leaves its slice
/// out. The check that names it is core's, where the index comes from the host.
final class IndexKernels {
    /// Picks up to which every target looks through all of them; from there on they are sorted first.
    private static final int SCANNED = 64;

    private record Key(String entry, DType dtype, boolean vector) {}

    private static final Map<Integer, KernelText> SORT_BLOCKS = new ConcurrentHashMap<>();

    private final Launcher launcher;
    private final Scratch scratch;
    private final Map<Key, KernelText> texts = new ConcurrentHashMap<>();

    IndexKernels(Launcher launcher, Scratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
    }

    void gather(Gather op, View x, View index, View y) {
        Shape s = x.shape();
        int after = Math.toIntExact(s.size(op.axis() + 1, s.rank()));
        boolean vector = x.dtype() == DType.F32 && after % 4 == 0 && x.offset() % 4 == 0 && y.offset() % 4 == 0;
        KernelText text = text("gather", x.dtype(), vector);
        int n = Launcher.size(y) / (vector ? 4 : 1);
        launcher.overElements(
                text,
                n,
                x.memory(),
                Launcher.at(x),
                index.memory(),
                Launcher.at(index),
                y.memory(),
                Launcher.at(y),
                s.dim(op.axis()),
                Launcher.size(index),
                after,
                n);
    }

    void scatterAdd(ScatterAdd op, View x, View index, View y) {
        Shape s = y.shape();
        int picked = Launcher.size(index);
        int after = Math.toIntExact(s.size(op.axis() + 1, s.rank()));
        if (picked <= SCANNED)
            scatter(
                    "scatter_scan",
                    x,
                    index.memory(),
                    Launcher.at(index),
                    index.memory(),
                    0,
                    op.size(),
                    picked,
                    after,
                    y);
        else
            scratch.lend(4L * picked * DType.I32.bytes(), pairs -> {
                int sorted = sort(index, picked, pairs);
                int places = sorted + picked;
                scatter("scatter_sorted", x, pairs, sorted, pairs, places, op.size(), picked, after, y);
            });
    }

    private void scatter(
            String entry,
            View x,
            Object keys,
            int keysAt,
            Object places,
            int placesAt,
            int size,
            int picked,
            int after,
            View y) {
        int n = Launcher.size(y);
        launcher.overElements(
                text(entry, x.dtype(), false),
                n,
                x.memory(),
                Launcher.at(x),
                keys,
                keysAt,
                places,
                placesAt,
                y.memory(),
                Launcher.at(y),
                size,
                picked,
                after,
                n);
    }

    /// Sorts the picks by index, those with one index by their place: blocks first, then merges of sorted runs
    /// that double. Memory holds two copies of `[indices, places]`; the result is where the returned one
    /// begins.
    private int sort(View index, int picked, Object pairs) {
        int block = Groups.size(launcher);
        KernelText first = sortBlock(block);
        int blocks = Split.ceil(picked, block);
        int local = block * DType.I32.bytes();
        launcher.groups(
                first,
                Groups.of(launcher, blocks).count(),
                block,
                local,
                index.memory(),
                Launcher.at(index),
                pairs,
                0,
                picked);
        int from = 0;
        for (long run = block; run < picked; run *= 2) {
            int to = 2 * picked - from;
            launcher.overElements(text("sort_merge", DType.I32, false), picked, pairs, from, to, picked, (int) run);
            from = to;
        }
        return from;
    }

    private static KernelText sortBlock(int block) {
        return SORT_BLOCKS.computeIfAbsent(block, b -> KernelText.of("sort_block.c", "sort_block", Map.of("GROUP", b)));
    }

    /// Every text that can be asked for.
    void texts(Consumer<KernelText> to) {
        to.accept(sortBlock(Groups.size(launcher)));
        to.accept(text("sort_merge", DType.I32, false));
        for (DType t : DType.values()) {
            to.accept(text("gather", t, false));
            to.accept(text("scatter_scan", t, false));
            to.accept(text("scatter_sorted", t, false));
        }
        to.accept(text("gather", DType.F32, true));
    }

    private KernelText text(String entry, DType t, boolean vector) {
        return texts.computeIfAbsent(
                new Key(entry, t, vector),
                k -> KernelText.of(
                        k.entry + ".c",
                        k.entry,
                        Map.of(
                                "T", Launcher.c(k.dtype),
                                "SUM", k.dtype.floating() ? Launcher.c(k.dtype) : "uint", // which wraps
                                "WIDTH", k.vector ? 4 : 1,
                                "MISSING", k.dtype.floating() ? "(T)NAN" : "0")));
    }
}
