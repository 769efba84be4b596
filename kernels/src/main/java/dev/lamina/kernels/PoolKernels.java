package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Pooling and its adjoints, one element of the output per item.
final class PoolKernels {
    private static final List<String> ENTRIES =
            List.of("maxPool", "maxPoolInput", "maxPoolPick", "avgPool", "avgPoolInput");

    private final Launcher launcher;

    PoolKernels(Launcher launcher) {
        this.launcher = launcher;
    }

    void max(Window window, View x, View y, View index) {
        launch("maxPool", y, IntStream.concat(offsets(x, y, index), planes(window, x.shape(), y.shape())), x, y, index);
    }

    void maxInput(Window window, View dy, View index, View dx) {
        var sizes = planes(window, dx.shape(), dy.shape());
        launch("maxPoolInput", dx, IntStream.concat(offsets(dy, index, dx), sizes), dy, index, dx);
    }

    void maxPick(View x, View index, View y) {
        var sizes = IntStream.of(Launcher.size(y), plane(x.shape()), plane(y.shape()));
        launch("maxPoolPick", y, IntStream.concat(offsets(x, index, y), sizes), x, index, y);
    }

    void avg(Window window, boolean includePad, View x, View y) {
        var sizes = IntStream.concat(planes(window, x.shape(), y.shape()), end(window, includePad));
        launch("avgPool", y, IntStream.concat(offsets(x, y), sizes), x, y);
    }

    void avgInput(Window window, boolean includePad, View dy, View dx) {
        var sizes = IntStream.concat(planes(window, dx.shape(), dy.shape()), end(window, includePad));
        launch("avgPoolInput", dx, IntStream.concat(offsets(dy, dx), sizes), dy, dx);
    }

    private void launch(String entry, View result, IntStream numbers, View... views) {
        Object[] memory = new Object[views.length];
        for (int i = 0; i < views.length; i++) memory[i] = views[i].memory();
        launcher.overElements(text(entry, result.dtype()), result.shape().size(), Launcher.arguments(memory, numbers));
    }

    private static KernelText text(String entry, DType t) {
        return KernelText.of("pool.c", entry, Map.of("T", Launcher.c(t)));
    }

    /// Every text that can be asked for.
    static void texts(Consumer<KernelText> to) {
        for (DType t : new DType[] {DType.F32, DType.F64}) for (String entry : ENTRIES) to.accept(text(entry, t));
    }

    private static IntStream offsets(View... views) {
        return Arrays.stream(views).mapToInt(Launcher::at);
    }

    private static int plane(Shape s) {
        return s.dim(2) * s.dim(3);
    }

    private static IntStream planes(Window w, Shape image, Shape pooled) {
        return IntStream.of(
                image.dim(0) * image.dim(1),
                image.dim(2),
                image.dim(3),
                pooled.dim(2),
                pooled.dim(3),
                w.kernelH(),
                w.kernelW(),
                w.strideH(),
                w.strideW(),
                w.top(),
                w.left());
    }

    private static IntStream end(Window w, boolean includePad) {
        return IntStream.of(w.bottom(), w.right(), includePad ? 1 : 0);
    }
}
