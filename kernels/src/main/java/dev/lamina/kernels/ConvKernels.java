package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Window;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Convolution and its two adjoints on the tiles of the matrix product, without a column matrix; by the
/// definition where the channels of a group do not fill a tile.
final class ConvKernels {
    private static final int GROUPS_PER_UNIT = 4;
    private static final int TOO_FEW_CHANNELS = 8;
    private static final int PIECE_ROWS = 32;
    private static final int PIECE_TAPS = 64;
    /// Elements on which rows of rearranged weights begin: a sector.
    private static final int SECTOR = 8;
    private static final List<Elementwise> NONE = Collections.singletonList(null);

    /// The numbers are `OP` of conv.c.
    private enum Role {
        FORWARD("depthwise"),
        INPUT("depthwiseInput"),
        WEIGHT("depthwiseWeight");

        private final String direct;

        Role(String direct) {
            this.direct = direct;
        }
    }

    private final Launcher launcher;
    private final Scratch scratch;
    private final Tiles tiles;

    ConvKernels(Launcher launcher, Scratch scratch, Tiles tiles) {
        this.launcher = launcher;
        this.scratch = scratch;
        this.tiles = tiles;
    }

    /// The sizes of one convolution: x `[batch, groups * cg, h, w]`, y `[batch, groups * og, oh, ow]`.
    private record Sizes(Window window, int batch, int groups, int cg, int h, int w, int og, int oh, int ow) {
        static Sizes of(Window window, int groups, Shape x, Shape y) {
            return new Sizes(
                    window,
                    x.dim(0),
                    groups,
                    x.dim(1) / groups,
                    x.dim(2),
                    x.dim(3),
                    y.dim(1) / groups,
                    y.dim(2),
                    y.dim(3));
        }

        int taps() {
            return window.kernelH() * window.kernelW();
        }

        int outputs() {
            return batch * oh * ow;
        }

        /// The phases of the input gradient: input pixels with the same remainder reach the same taps.
        int phases() {
            return window.strideH() * window.strideW();
        }

        boolean narrow() {
            return groups > 1 && Math.max(cg, og) < TOO_FEW_CHANNELS;
        }

        IntStream arguments() {
            return IntStream.of(
                    batch,
                    groups,
                    cg,
                    h,
                    w,
                    og,
                    oh,
                    ow,
                    window.kernelH(),
                    window.kernelW(),
                    window.strideH(),
                    window.strideW(),
                    window.top(),
                    window.left(),
                    window.dilationH(),
                    window.dilationW());
        }
    }

    void forward(Window window, int groups, View x, View weight, View y) {
        forward(window, groups, x, weight, y, null);
    }

    /// True if the product can finish its sums with biases of this shape, one for each channel.
    static boolean finishes(Window window, int groups, View x, View y, View bias) {
        return !Sizes.of(window, groups, x.shape(), y.shape()).narrow()
                && bias.shape().rank() >= 3
                && bias.shape().dim(-3) == y.shape().dim(1)
                && bias.shape().size() == y.shape().dim(1);
    }

    void forward(Window window, int groups, View x, View weight, View y, Epilogue epilogue) {
        var s = Sizes.of(window, groups, x.shape(), y.shape());
        if (s.narrow()) {
            overElements(Role.FORWARD, s, weight, x, y);
            return;
        }
        int[] product = {s.og, s.outputs(), s.cg * s.taps()};
        Tiling t = launcher.fit(tiles, y.dtype(), product[0], product[1], s.groups);
        tiled(Role.FORWARD, s, product, 1, t, weight, x, y, epilogue);
    }

    void input(Window window, int groups, View dy, View weight, View dx) {
        var s = Sizes.of(window, groups, dx.shape(), dy.shape());
        if (s.narrow()) {
            overElements(Role.INPUT, s, weight, dy, dx);
            return;
        }
        int columns = s.batch * Math.ceilDiv(s.h, window.strideH()) * Math.ceilDiv(s.w, window.strideW());
        int[] product = {s.cg, columns, s.og * s.taps()};
        Tiling t = launcher.fit(tiles, dx.dtype(), product[0], product[1], s.groups * s.phases());
        Consumer<View> gradient = w -> tiled(Role.INPUT, s, product, s.phases(), t, w, dy, dx, null);
        if (t.byLines() && s.taps() > 1) tapByTap(s, weight, gradient);
        else gradient.accept(weight);
    }

    /// Lends the weights with those of one tap side by side, `[groups * og, taps, cg]` with rows of whole sectors.
    private void tapByTap(Sizes s, View weight, Consumer<View> use) {
        int outer = s.groups * s.og;
        var spec = new Spec(Shape.of(outer, s.taps(), Math.ceilDiv(s.cg, SECTOR) * SECTOR), weight.dtype());
        scratch.lend(spec.bytes(), to -> {
            var grid = Groups.of(launcher, outer * Math.ceilDiv(s.cg, PIECE_ROWS) * Math.ceilDiv(s.taps(), PIECE_TAPS));
            launcher.groups(
                    weights(weight.dtype()),
                    grid.count(),
                    grid.size(),
                    PIECE_ROWS * (PIECE_TAPS + 1) * weight.dtype().bytes(),
                    weight.memory(),
                    Launcher.at(weight),
                    to,
                    outer,
                    s.cg,
                    s.taps());
            use.accept(new View(to, 0, spec));
        });
    }

    void weight(Window window, int groups, View x, View dy, View dw) {
        var s = Sizes.of(window, groups, x.shape(), dy.shape());
        int[] product = {s.og, s.cg * s.taps(), s.outputs()};
        Tiling t = launcher.fit(tiles, dw.dtype(), product[0], product[1], s.groups)
                .deep(dw.dtype(), product[0], product[1]);
        var limits = launcher.driver().limits();
        boolean fits = t.items() <= Launcher.groupSize(limits)
                && localBytes(Role.WEIGHT, t, dw.dtype()) <= Launcher.localBytes(limits);
        if (s.narrow() || !fits) {
            int items = Groups.size(launcher);
            launcher.groups(
                    direct(Role.WEIGHT, dw.dtype(), items),
                    Launcher.size(dw),
                    items,
                    items * dw.dtype().bytes(),
                    arguments(s, dy, x, dw));
            return;
        }
        tiled(Role.WEIGHT, s, product, 1, t, dy, x, dw, null);
    }

    private void overElements(Role role, Sizes s, View a, View b, View c) {
        launcher.overElements(
                direct(role, c.dtype(), Groups.size(launcher)), c.shape().size(), arguments(s, a, b, c));
    }

    private static KernelText text(Role role, Tiling t, DType type, Elementwise epilogue) {
        var defines = t.defines(type);
        defines.put("OP", role.ordinal());
        if (t instanceof MmaTiles) {
            defines.put("TA", role == Role.INPUT ? 1 : 0);
            defines.put("TB", role == Role.WEIGHT ? 1 : 0);
        }
        String operands = t.byLines() ? "conv_lines.h" : "conv_items.h";
        return Epilogue.tiled("conv", t, defines, epilogue, type, "conv.h", operands, "conv.c");
    }

    /// Every text that a GPU can ask for.
    void texts(Consumer<KernelText> to) {
        for (DType type : new DType[] {DType.F32, DType.F64}) {
            to.accept(weights(type));
            for (Role role : Role.values()) {
                to.accept(direct(role, type, Groups.size(launcher)));
                for (Tiling t : tilings(role, type))
                    for (Elementwise f : role == Role.FORWARD ? Epilogue.all() : NONE)
                        to.accept(text(role, t, type, f));
            }
        }
    }

    private List<Tiling> tilings(Role role, DType type) {
        var all = launcher.tilings(tiles, type);
        if (role != Role.WEIGHT) return all;
        var deep = new LinkedHashSet<Tiling>();
        for (Tiling t : all)
            for (int rows : new int[] {1, Integer.MAX_VALUE})
                for (int columns : new int[] {1, Integer.MAX_VALUE}) deep.add(t.deep(type, rows, columns));
        return List.copyOf(deep);
    }

    private static KernelText weights(DType t) {
        return KernelText.of(
                "conv_weights.c", "convWeights", Map.of("T", Launcher.c(t), "ROWS", PIECE_ROWS, "TAPS", PIECE_TAPS));
    }

    private static KernelText direct(Role role, DType t, int items) {
        return KernelText.of("depthwise.c", role.direct, Map.of("T", Launcher.c(t), "ITEMS", items));
    }

    private static Object[] arguments(Sizes s, View a, View b, View c) {
        return Launcher.arguments(
                new Object[] {a.memory(), b.memory(), c.memory()},
                IntStream.concat(IntStream.of(Launcher.at(a), Launcher.at(b), Launcher.at(c)), s.arguments()));
    }

    /// @param product rows, columns and depth of the product of one group and phase
    private void tiled(
            Role role, Sizes s, int[] product, int phases, Tiling t, View a, View b, View c, Epilogue epilogue) {
        int groups = t.groups(product[0], product[1]) * s.groups * phases;
        int slice = product[2];
        if (role == Role.WEIGHT) {
            int wanted = launcher.driver().limits().units() * GROUPS_PER_UNIT;
            long spare = (a.shape().size() + b.shape().size()) / 4;
            slice = t.slice(product[2], groups, wanted, c.shape().size(), spare);
        }
        int slices = Math.max(1, Math.ceilDiv(product[2], Math.max(1, slice)));
        KernelText text = text(role, t, c.dtype(), Epilogue.function(epilogue));
        var w = s.window;
        var last = IntStream.of(
                w.strideH() / gcd(w.strideH(), w.dilationH()), w.strideW() / gcd(w.strideW(), w.dilationW()), slice);
        int[] sizes = IntStream.concat(s.arguments(), last).toArray();
        launcher.summed(
                scratch,
                slices,
                c,
                Launcher.at(c),
                Launcher.size(c),
                null, // only the weight gradient has slices
                1,
                (to, at) -> launcher.groups(
                        text,
                        groups * slices,
                        t.items(),
                        localBytes(role, t, c.dtype()),
                        Launcher.arguments(
                                new Object[] {a.memory(), b.memory(), to},
                                IntStream.concat(IntStream.of(Launcher.at(a), Launcher.at(b), at), IntStream.of(sizes)),
                                epilogue)));
    }

    /// Of a group; of deep slabs there is one at a time.
    private static int localBytes(Role role, Tiling t, DType type) {
        return role == Role.WEIGHT ? t.slabBytes(type.bytes()) + t.tableBytes() : t.localBytes(type.bytes());
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
