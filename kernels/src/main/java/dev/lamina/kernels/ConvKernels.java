package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Window;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Convolution and its two adjoints on the tiles of the matrix product, without a column matrix; by the
/// definition where the channels of a group do not fill a tile.
final class ConvKernels {
    private static final int GROUPS_PER_UNIT = 4;
    private static final int TOO_FEW_CHANNELS = 8;
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
        tiled(Role.FORWARD, s, new int[] {s.og, s.outputs(), s.cg * s.taps()}, 1, weight, x, y, epilogue);
    }

    void input(Window window, int groups, View dy, View weight, View dx) {
        var s = Sizes.of(window, groups, dx.shape(), dy.shape());
        if (s.narrow()) {
            overElements(Role.INPUT, s, weight, dy, dx);
            return;
        }
        int columns = s.batch * Math.ceilDiv(s.h, window.strideH()) * Math.ceilDiv(s.w, window.strideW());
        tiled(Role.INPUT, s, new int[] {s.cg, columns, s.og * s.taps()}, s.phases(), weight, dy, dx, null);
    }

    void weight(Window window, int groups, View x, View dy, View dw) {
        var s = Sizes.of(window, groups, x.shape(), dy.shape());
        if (s.narrow()) {
            int items = Groups.size(launcher);
            launcher.groups(
                    direct(Role.WEIGHT, dw.dtype(), items),
                    Launcher.size(dw),
                    items,
                    items * dw.dtype().bytes(),
                    arguments(s, dy, x, dw));
            return;
        }
        tiled(Role.WEIGHT, s, new int[] {s.og, s.cg * s.taps(), s.outputs()}, 1, dy, x, dw, null);
    }

    private void overElements(Role role, Sizes s, View a, View b, View c) {
        launcher.overElements(
                direct(role, c.dtype(), Groups.size(launcher)), c.shape().size(), arguments(s, a, b, c));
    }

    private static KernelText text(Role role, Tiling t, DType type, Elementwise epilogue) {
        var defines = t.defines(type);
        defines.put("OP", role.ordinal());
        return Epilogue.tiled("conv.c", "conv", t, defines, epilogue, type);
    }

    /// Every text that a GPU can ask for.
    void texts(Consumer<KernelText> to) {
        for (DType type : new DType[] {DType.F32, DType.F64})
            for (Role role : Role.values()) {
                to.accept(direct(role, type, Groups.size(launcher)));
                for (Tiling t : launcher.tilings(tiles, type))
                    for (Elementwise f : role == Role.FORWARD ? Epilogue.all() : NONE)
                        to.accept(text(role, t, type, f));
            }
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
    private void tiled(Role role, Sizes s, int[] product, int phases, View a, View b, View c, Epilogue epilogue) {
        int bytes = c.dtype().bytes();
        int products = s.groups * phases;
        Tiling t = launcher.fit(tiles, c.dtype(), product[0], product[1], products);
        int groups = t.groups(product[0], product[1]) * products;
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
                        t.localBytes(bytes),
                        Launcher.arguments(
                                new Object[] {a.memory(), b.memory(), to},
                                IntStream.concat(IntStream.of(Launcher.at(a), Launcher.at(b), at), IntStream.of(sizes)),
                                epilogue)));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
