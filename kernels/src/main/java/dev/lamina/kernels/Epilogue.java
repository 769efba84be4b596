package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Affine;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import dev.lamina.op.MatMul;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a product does to its sums on their way out: a function of the sum and of a bias for each output column
/// or channel.
///
/// @param f of two inputs, the sum and the bias
record Epilogue(Elementwise f, View bias) {
    private static final int[] INPUTS = {0, 1};

    /// The functions that kernels are made for ahead of time.
    private static final List<Elementwise> CLOSED = functions();

    private static List<Elementwise> functions() {
        var product = new MatMul(false, true);
        var all = new ArrayList<>(List.of(new Affine(product, Optional.empty()).epilogue()));
        for (var f : List.of(Functions.RELU, Functions.TANH, Functions.SIGMOID))
            all.add(new Affine(product, Optional.of(f)).epilogue());
        return List.copyOf(all);
    }

    /// The function, or null for none.
    static Elementwise function(Epilogue e) {
        return e == null ? null : e.f;
    }

    static boolean closed(Elementwise f) {
        return CLOSED.contains(f);
    }

    /// All that a product can be finished by: nothing, which is null, and the functions of the closed set.
    static List<Elementwise> all() {
        var all = new ArrayList<Elementwise>();
        all.add(null);
        all.addAll(CLOSED);
        return all;
    }

    /// A kernel on tiles.
    static KernelText tiled(
            String entry, Tiling tiling, Map<String, ?> defines, Elementwise f, DType t, String... files) {
        String tiles = switch (tiling) {
            case Tiles _ -> "tile.c";
            case MmaTiles _ -> "mma.h";
        };
        var all = new ArrayList<>(List.of("epilogue.h", tiles));
        all.addAll(List.of(files));
        return KernelText.finished(text(f, t), entry, defines, all.toArray(String[]::new));
    }

    /// The second pass of a product whose sums were cut into slices.
    static KernelText slices(Elementwise f, DType t) {
        return KernelText.finished(text(f, t), "addSlices", Map.of("T", Launcher.c(t)), "epilogue.h", "slices.c");
    }

    /// The definition that switches `FINISH` of epilogue.h on, and its function.
    private static String text(Elementwise f, DType t) {
        return f == null ? "" : "#define EPILOGUE 1\n" + CSource.function(f, t, INPUTS);
    }

    static List<Object> arguments(Epilogue e) {
        return e == null ? List.of() : List.of(e.bias.memory(), Launcher.at(e.bias));
    }
}
