package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Pointwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Elementwise functions of inputs that broadcast, and conversion between element types.
final class PointwiseKernels {
    private record Types(DType from, DType to) {}

    private final Launcher launcher;
    private final MapKernel map;
    private final Map<Types, KernelText> casts = new ConcurrentHashMap<>();

    PointwiseKernels(Launcher launcher) {
        this.launcher = launcher;
        map = new MapKernel(launcher);
    }

    void run(Pointwise op, List<View> in, List<View> out) {
        Shape y = out.getFirst().shape();
        int[] used = map.used(op.f());
        var inputs = new ArrayList<View>();
        int[][] strides = new int[used.length + 1][];
        strides[0] = Strides.of(y);
        for (int j = 0; j < used.length; j++) {
            inputs.add(in.get(used[j]));
            strides[j + 1] = Strides.broadcast(in.get(used[j]).shape(), y);
        }
        map.run(op.f(), op.scalars(), Walk.of(y.dims(), strides), Launcher.size(out.getFirst()), inputs, out);
    }

    void cast(View x, View y) {
        KernelText text = casts.computeIfAbsent(new Types(x.dtype(), y.dtype()), PointwiseKernels::castText);
        int n = Launcher.size(y);
        launcher.overElements(text, n, x.memory(), Launcher.at(x), y.memory(), Launcher.at(y), n);
    }

    /// Every text that can be asked for; those of elementwise functions have no end.
    static void texts(Consumer<KernelText> to) {
        for (DType from : DType.values()) for (DType type : DType.values()) to.accept(castText(new Types(from, type)));
    }

    private static KernelText castText(Types t) {
        boolean cuts = t.from.floating() && !t.to.floating();
        return KernelText.of(
                "cast.c", "cast", Map.of("FROM", Launcher.c(t.from), "TO", Launcher.c(t.to), "CUTS", cuts ? 1 : 0));
    }
}
