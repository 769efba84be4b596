package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Composites that first reduce and then map: softmax, and normalisation with its gradient.
final class RowKernels {
    private static final int WIDE = 64;

    private record SoftmaxKey(DType dtype, boolean log, boolean grouped) {}

    private record Key(
            String entry, DType dtype, boolean gradient, boolean split, Walk.Structure kept, Walk.Structure reduced) {}

    /// What the kernels of a normalisation work on; see `normalize.h`.
    private record Job(
            boolean gradient, DType dtype, View v, View w, View rstd, View out, List<Object> statistics, double eps) {}

    private final Launcher launcher;
    private final Scratch scratch;
    private final Map<SoftmaxKey, KernelText> softmaxes = new ConcurrentHashMap<>();
    private final Map<Key, KernelText> texts = new ConcurrentHashMap<>();

    RowKernels(Launcher launcher, Scratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
    }

    void softmax(int axis, boolean log, View x, View y) {
        Shape s = x.shape();
        int a = axis < 0 ? axis + s.rank() : axis;
        int n = s.dim(a);
        int inner = Math.toIntExact(s.size(a + 1, s.rank()));
        int lines = Math.toIntExact(s.size(0, a)) * inner;
        boolean grouped =
                n >= WIDE && (inner == 1 || lines < launcher.driver().limits().units() * Launcher.GROUP);
        KernelText text = softmaxes.computeIfAbsent(new SoftmaxKey(x.dtype(), log, grouped), this::softmaxText);
        Object[] args = {x.memory(), Launcher.at(x), y.memory(), Launcher.at(y), n, inner, lines};
        if (grouped) {
            Groups g = Groups.of(launcher, lines);
            launcher.groups(text, g.count(), g.size(), g.size() * x.dtype().bytes(), args);
        } else launcher.overElements(text, lines, args);
    }

    private KernelText softmaxText(SoftmaxKey k) {
        String entry = k.grouped ? "softmax_group" : "softmax_item";
        return KernelText.of(
                entry + ".c",
                entry,
                Map.of("T", Launcher.c(k.dtype), "GROUP", Groups.size(launcher), "LOGARITHM", k.log ? 1 : 0));
    }

    void normalize(Normalize op, View x, List<View> out) {
        var statistics = new ArrayList<Object>();
        MapKernel.tensor(out.get(1), statistics);
        MapKernel.tensor(out.get(2), statistics);
        // The gradient's inputs w and rstd have no part here: x stands for them and is not read twice.
        run(op.axes(), new Job(false, x.dtype(), x, x, x, out.getFirst(), statistics, op.eps()));
    }

    void normalizeGradient(NormalizeGradient op, List<View> in, View dx) {
        View y = in.get(0);
        View dy = in.get(2);
        scratch.lend(in.get(1).spec().bytes() * 2, means -> {
            int kept = Launcher.size(in.get(1));
            var statistics = List.<Object>of(means, 0, means, kept);
            run(op.axes(), new Job(true, y.dtype(), dy, y, in.get(1), dx, statistics, 0));
        });
    }

    /// True if no walk of a normalisation over so many axes has more axes than a kernel takes.
    static boolean reach(List<Integer> axes) {
        return 2 * axes.size() + 1 <= Walk.MOST_RANK;
    }

    private void run(List<Integer> axes, Job job) {
        Shape shape = job.v.shape();
        Reduce.Layout layout = new Reduce(Reduce.Kind.SUM, axes).layout(shape);
        Kept k = Kept.of(layout);
        Split s = Split.of(launcher, k.outputs(), k.length(), k.contiguous());
        if (s.chunks() == 1) {
            statistics(job, k, s, null);
            return;
        }
        scratch.lend(2L * s.total() * job.dtype.bytes(), partial -> {
            statistics(job, k, s, partial);
            merge(job, s, partial);
            apply(job, layout, shape);
        });
    }

    /// One pass over the input for all statistics; without chunks it also writes the result.
    private void statistics(Job job, Kept k, Split s, Object partial) {
        String entry = s.grouped() ? "normalize_group" : "normalize_item";
        boolean split = partial != null;
        KernelText text = text(new Key(
                entry,
                job.dtype,
                job.gradient,
                split,
                k.kept().structure(),
                k.reduced().structure()));
        var args = tensors(job, split ? List.of(partial, 0, partial, s.total()) : job.statistics);
        args.add(MapKernel.scalar(job.eps, job.dtype));
        args.addAll(List.of(s.outputs(), s.reduced(), s.chunk(), s.total()));
        k.kept().arguments(args);
        k.reduced().arguments(args);
        if (s.grouped()) {
            Groups g = Groups.of(launcher, s.total());
            int local = g.size() * (2 * job.dtype.bytes() + DType.I32.bytes());
            launcher.groups(text, g.count(), g.size(), local, args.toArray());
        } else launcher.overElements(text, s.total(), args.toArray());
    }

    private void merge(Job job, Split s, Object partial) {
        Walk none = Walk.of(new int[0], new int[0]);
        KernelText text =
                text(new Key("normalize_merge", job.dtype, job.gradient, true, none.structure(), none.structure()));
        var args = new ArrayList<Object>(List.of(partial));
        args.addAll(job.statistics);
        args.add(MapKernel.scalar(job.eps, job.dtype));
        args.addAll(List.of(s.outputs(), s.reduced(), s.chunk(), s.chunks()));
        launcher.overElements(text, s.outputs(), args.toArray());
    }

    private void apply(Job job, Reduce.Layout layout, Shape shape) {
        Walk walk = Walk.of(layout.sizes(), keptStrides(layout.sizes()));
        Walk kept = walk.closed(Walk.closedRank(walk.rank()));
        Walk none = Walk.of(new int[0], new int[0]);
        KernelText text =
                text(new Key("normalize_apply", job.dtype, job.gradient, true, kept.structure(), none.structure()));
        var args = tensors(job, job.statistics);
        int n = Math.toIntExact(shape.size());
        args.add(n);
        kept.arguments(args);
        launcher.overElements(text, n, args.toArray());
    }

    /// From an element to its statistic: strides of the kept sizes among themselves, 0 for the reduced ones.
    private static int[] keptStrides(int[] sizes) {
        int[] s = new int[sizes.length];
        int n = 1;
        for (int a = sizes.length - 1 - (sizes.length - 1) % 2; a >= 0; a -= 2) {
            s[a] = n;
            n *= sizes[a];
        }
        return s;
    }

    private static List<Object> tensors(Job job, List<Object> statistics) {
        var args = new ArrayList<Object>();
        for (View v : List.of(job.v, job.w, job.rstd, job.out)) MapKernel.tensor(v, args);
        args.addAll(statistics);
        return args;
    }

    /// Every text that can be asked for.
    void texts(Consumer<KernelText> to) {
        var none = Walk.of(new int[0], new int[0]).structure();
        var applied = new ArrayList<>(List.of(new Walk.Structure(List.of(List.of(Walk.Step.NONE)), 1)));
        for (int rank : Walk.Structure.CLOSED_RANKS) applied.addAll(Walk.Structure.closed(rank, 1));
        for (DType t : new DType[] {DType.F32, DType.F64})
            for (boolean flag : new boolean[] {false, true}) {
                for (boolean grouped : new boolean[] {false, true})
                    to.accept(softmaxText(new SoftmaxKey(t, flag, grouped)));
                for (var walks : Kept.structures())
                    for (boolean split : new boolean[] {false, true})
                        for (String entry : List.of("normalize_group", "normalize_item"))
                            to.accept(text(new Key(entry, t, flag, split, walks.get(0), walks.get(1))));
                to.accept(text(new Key("normalize_merge", t, flag, true, none, none)));
                for (var kept : applied) to.accept(text(new Key("normalize_apply", t, flag, true, kept, none)));
            }
    }

    private KernelText text(Key k) {
        return texts.computeIfAbsent(
                k,
                key -> KernelText.generated(
                        "normalize.h",
                        key.entry,
                        Map.of(
                                "T", Launcher.c(key.dtype),
                                "GRADIENT", key.gradient ? 1 : 0,
                                "SPLIT", key.split ? 1 : 0,
                                "GROUP", Groups.size(launcher),
                                "PARAMETERS", key.kept.parameters("k") + key.reduced.parameters("r"),
                                "KEPT(o)", key.kept.at("k", 0, "o"),
                                "REDUCED(j)", key.reduced.at("r", 0, "j")),
                        KernelText.resource("normalize.h") + "#line 1 \"" + key.entry + ".c\"\n"
                                + KernelText.resource(key.entry + ".c")));
    }
}
