package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Dropout;
import dev.lamina.op.Random;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Numbers from Philox blocks: an item makes the elements of one block at a time.
final class RandomKernels {
    /// Elements that an item makes at a time.
    private static final int EACH = 4;

    private record Key(String entry, DType dtype) {}

    private final Launcher launcher;
    private final Map<Key, KernelText> texts = new ConcurrentHashMap<>();

    RandomKernels(Launcher launcher) {
        this.launcher = launcher;
    }

    void random(Random op, View y) {
        var args = new ArrayList<Object>();
        MapKernel.tensor(y, args);
        switch (op.kind()) {
            case UNIFORM -> launch("uniform", op.seed(), op.position(), y, args);
            case NORMAL -> launch("normal", op.seed(), op.position(), y, args);
            case BERNOULLI -> {
                args.add((float) op.p());
                launch("bernoulli", op.seed(), op.position(), y, args);
            }
        }
    }

    void dropout(Dropout op, View x, View y) {
        var args = new ArrayList<Object>();
        MapKernel.tensor(x, args);
        MapKernel.tensor(y, args);
        args.add((float) op.p());
        args.add(MapKernel.scalar(1 / (1 - op.p()), y.dtype()));
        launch("dropout", op.seed(), op.position(), y, args);
    }

    private void launch(String entry, long seed, long position, View y, List<Object> args) {
        KernelText text = texts.computeIfAbsent(new Key(entry, y.dtype()), RandomKernels::text);
        int n = Launcher.size(y);
        args.addAll(List.of(n, (int) seed, (int) (seed >>> 32), (int) position, (int) (position >>> 32)));
        launcher.overElements(text, Math.ceilDiv(n, EACH), args.toArray());
    }

    /// Every text that can be asked for.
    static void texts(Consumer<KernelText> to) {
        for (DType t : new DType[] {DType.F32, DType.F64})
            for (String entry : List.of("uniform", "normal", "bernoulli", "dropout"))
                to.accept(text(new Key(entry, t)));
    }

    private static KernelText text(Key k) {
        return KernelText.generated(
                "philox.h",
                k.entry,
                Map.of("T", Launcher.c(k.dtype), "F32", k.dtype == DType.F32 ? 1 : 0),
                KernelText.resource("philox.h") + "#line 1 \"" + k.entry + ".c\"\n"
                        + KernelText.resource(k.entry + ".c"));
    }
}
