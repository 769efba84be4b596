package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import java.util.List;
import java.util.Map;

/// What a product does to its sums on their way out: a function of the sum and of a bias for each output column
/// or channel.
///
/// @param f of two inputs, the sum and the bias
record Epilogue(Elementwise f, View bias) {
    private static final int[] INPUTS = {0, 1};

    /// The definition that switches `FINISH` of tile.c and slices.c on, and its function.
    static String text(Epilogue e, DType t) {
        return e == null ? "" : "#define EPILOGUE 1\n" + CSource.function(e.f, t, INPUTS);
    }

    /// A kernel on tiles.
    static KernelText tiled(String file, String entry, Tiling tiling, Map<String, ?> defines, Epilogue e, DType t) {
        String tiles = switch (tiling) {
            case Tiles _ -> "tile.c";
            case MmaTiles _ -> "mma.h";
        };
        return KernelText.finished(text(e, t), entry, defines, "epilogue.h", tiles, file);
    }

    static List<Object> arguments(Epilogue e) {
        return e == null ? List.of() : List.of(e.bias.memory(), Launcher.at(e.bias));
    }
}
