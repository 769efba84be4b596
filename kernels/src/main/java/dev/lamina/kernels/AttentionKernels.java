package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Attention;
import dev.lamina.op.AttentionGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Attention and its gradient over tiles of queries and keys; see `attention.h`. Nothing is added up between
/// groups, so every run gives the same bits.
final class AttentionKernels {
    /// Depth of the pieces of operands that go through local memory.
    private static final int DEPTH = 16;
    /// Columns of items in a group.
    private static final int ACROSS = 16;

    /// @param rows of a tile of scores
    /// @param columns of a tile of scores
    /// @param wide columns of a result that one group computes
    /// @param each rows of an item
    private record Tile(int rows, int columns, int wide, int each) {
        int items() {
            return rows / each * ACROSS;
        }

        int localBytes(int element) {
            int scores = rows * (columns + 1);
            int parts = DEPTH * (rows + 1) + DEPTH * (Math.max(columns, wide) + 1);
            return (scores + parts + items() + rows) * element;
        }
    }

    private static final Tile SQUARE = new Tile(64, 64, 64, 8);
    /// For a few queries, such as the next one after a cache of keys.
    private static final Tile FLAT = new Tile(16, 64, 64, 2);
    private static final Tile OF_DOUBLES = new Tile(32, 32, 32, 4);

    private record Key(String entry, DType dtype, Tile tile) {}

    private static final Map<Key, KernelText> TEXTS = new ConcurrentHashMap<>();

    private final Launcher launcher;

    AttentionKernels(Launcher launcher) {
        this.launcher = launcher;
    }

    void run(Attention op, List<View> in, List<View> out) {
        launch(
                "attention",
                op,
                in,
                out,
                in.get(0).shape().dim(2),
                out.get(0).shape().dim(3));
    }

    void gradient(AttentionGradient op, List<View> in, List<View> out) {
        Shape q = in.get(0).shape();
        Shape v = in.get(2).shape();
        launch("attention_queries", op.of(), in, out.subList(0, 1), q.dim(2), q.dim(3));
        launch("attention_keys", op.of(), in, out.subList(1, 2), v.dim(2), q.dim(3));
        launch("attention_values", op.of(), in, out.subList(2, 3), v.dim(2), v.dim(3));
    }

    /// @param in those of the attention, then what its gradient has more
    /// @param rows of a result
    /// @param columns of a result
    private void launch(String entry, Attention op, List<View> in, List<View> out, int rows, int columns) {
        Shape q = in.get(0).shape();
        DType type = in.get(0).dtype();
        Tile tile = tile(type, rows);
        int own = op.inputs();
        View stand = in.get(0); // for what is not there, and not read
        View bias = op.bias() ? in.get(own - 1) : stand;
        var args = new ArrayList<Object>();
        for (View v : in.subList(0, 3)) MapKernel.tensor(v, args);
        MapKernel.tensor(op.lengths() ? in.get(3) : stand, args);
        MapKernel.tensor(bias, args);
        for (View v : in.subList(own, in.size())) MapKernel.tensor(v, args);
        for (View v : out) MapKernel.tensor(v, args);
        args.add(MapKernel.scalar(op.scale(), type));
        Shape v = in.get(2).shape();
        args.addAll(List.of(q.dim(1), q.dim(2), v.dim(2), q.dim(3), v.dim(3)));
        args.addAll(List.of(op.causal() ? 1 : 0, op.lengths() ? 1 : 0, op.bias() ? 1 : 0));
        for (int step : Attention.steps(op.bias() ? bias.shape() : Shape.SCALAR)) args.add(step);
        int pieces = Math.max(1, Math.ceilDiv(columns, tile.wide));
        int groups = Math.multiplyExact(q.dim(0) * q.dim(1), Math.ceilDiv(rows, tile.rows) * pieces);
        if (groups == 0) return;
        KernelText text = text(new Key(entry, type, tile));
        launcher.groups(text, groups, tile.items(), tile.localBytes(type.bytes()), args.toArray());
    }

    private static Tile tile(DType type, int rows) {
        if (type == DType.F64) return OF_DOUBLES;
        return rows <= FLAT.rows ? FLAT : SQUARE;
    }

    /// Every text that can be asked for.
    static void texts(Consumer<KernelText> to) {
        for (String entry : List.of("attention", "attention_queries", "attention_keys", "attention_values")) {
            for (Tile tile : List.of(SQUARE, FLAT)) to.accept(text(new Key(entry, DType.F32, tile)));
            to.accept(text(new Key(entry, DType.F64, OF_DOUBLES)));
        }
    }

    private static KernelText text(Key k) {
        return TEXTS.computeIfAbsent(
                k,
                key -> KernelText.generated(
                        "attention.h",
                        key.entry,
                        Map.of(
                                "T",
                                Launcher.c(key.dtype),
                                "TR",
                                key.tile.rows,
                                "TC",
                                key.tile.columns,
                                "WIDE",
                                key.tile.wide,
                                "RR",
                                key.tile.each,
                                "TK",
                                DEPTH,
                                "NX",
                                ACROSS,
                                "LOWEST",
                                "(-1e30f)"),
                        KernelText.resource("attention.h") + "#line 1 \"" + key.entry + ".c\"\n"
                                + KernelText.resource(key.entry + ".c")));
    }
}
