package dev.lamina.testing;

import dev.lamina.Shape;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.MatMul;
import dev.lamina.op.Window;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.List;

/// Matrix products and the three convolutions.
final class ProductCases {
    private ProductCases() {}

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>(products());
        for (Conv c : CONVOLUTIONS) all.addAll(c.cases());
        return all;
    }

    /// m, k, n.
    private static final int[][] SIZES = {
        {1, 1, 1},
        {2, 3, 4},
        {7, 9, 8},
        {16, 16, 16},
        {17, 31, 33},
        {33, 1, 5},
        {1, 33, 1},
        {1, 7, 33},
        {33, 7, 1},
        {65, 67, 66},
        {3, 0, 4},
        {0, 3, 2}
    };

    /// Leading axes of the operands.
    private static final int[][][] BATCHES = {
        {{3}, {3}}, {{3}, {}}, {{}, {3}}, {{2, 1}, {1, 3}}, {{2, 3}, {3}}, {{1}, {2}}, {{0}, {0}}, {{0}, {}}
    };

    private static List<OpCase> products() {
        var all = new ArrayList<OpCase>();
        for (int[] s : SIZES)
            for (int t = 0; t < 4; t++) all.add(product(s, (t & 1) != 0, (t & 2) != 0, new int[0], new int[0]));
        for (int[][] b : BATCHES)
            for (int t = 0; t < 4; t++) all.add(product(new int[] {2, 3, 4}, (t & 1) != 0, (t & 2) != 0, b[0], b[1]));
        all.add(product(new int[] {3, 0, 4}, false, false, new int[] {2, 2}, new int[] {2, 2}));
        all.add(product(new int[] {17, 9, 18}, false, false, new int[] {5}, new int[] {5}));
        all.add(product(new int[] {9, 1030, 5}, false, false, new int[0], new int[0]));
        return all;
    }

    private static OpCase product(int[] s, boolean ta, boolean tb, int[] batchA, int[] batchB) {
        Shape a = Shape.of(batchA).concat(ta ? Shape.of(s[1], s[0]) : Shape.of(s[0], s[1]));
        Shape b = Shape.of(batchB).concat(tb ? Shape.of(s[2], s[1]) : Shape.of(s[1], s[2]));
        return OpCase.of(
                        "matmul" + (ta ? " a^T" : "") + (tb ? " b^T" : ""),
                        new MatMul(ta, tb),
                        Input.real(a.dims()),
                        Input.real(b.dims()))
                .with(Trait.MULTILINEAR);
    }

    /// The three convolutions of one geometry. What meets the zeros of the padding stays finite: whether a
    /// kernel multiplies infinity by a padding zero or leaves the term out is its own business.
    private record Conv(String name, int[] x, int[] weight, int groups, Window window) {
        List<OpCase> cases() {
            Shape xs = Shape.of(x);
            Shape ws = Shape.of(weight);
            Shape ys = Shape.of(x[0], weight[0], window.outH(x[2]), window.outW(x[3]));
            Input xi = Input.real(x);
            Input wi = Input.real(weight);
            Input yi = Input.real(ys.dims());
            return List.of(
                    OpCase.of("conv2d " + name, new Conv2d(window, groups), xi, wi)
                            .with(Trait.MULTILINEAR)
                            .finite(1),
                    OpCase.of("conv2d_input " + name, new Conv2dInput(window, groups, xs), yi, wi)
                            .with(Trait.MULTILINEAR)
                            .finite(1),
                    OpCase.of("conv2d_weight " + name, new Conv2dWeight(window, groups, ws), xi, yi)
                            .with(Trait.MULTILINEAR)
                            .finite(1));
        }
    }

    private static Window window(
            int kh, int kw, int sh, int sw, int top, int left, int bottom, int right, int dh, int dw) {
        return new Window(kh, kw, sh, sw, top, left, bottom, right, dh, dw, false);
    }

    private static int[] s(int... sizes) {
        return sizes;
    }

    private static final List<Conv> CONVOLUTIONS = List.of(
            new Conv("1 x 1", s(2, 3, 2, 2), s(4, 3, 1, 1), 1, Window.of(1, 1, 0)),
            new Conv("tiny", s(1, 1, 3, 3), s(1, 1, 2, 2), 1, Window.of(2, 1, 0)),
            new Conv("same", s(2, 2, 4, 5), s(3, 2, 3, 3), 1, Window.of(3, 1, 1)),
            new Conv("stride", s(1, 2, 7, 8), s(2, 2, 3, 3), 1, Window.of(3, 2, 1)),
            new Conv("stride over kernel", s(1, 1, 7, 7), s(2, 1, 2, 2), 1, Window.of(2, 3, 0)),
            new Conv("asymmetric padding", s(1, 2, 3, 4), s(2, 2, 2, 3), 1, window(2, 3, 1, 2, 0, 2, 1, 1, 1, 1)),
            new Conv("dilation", s(1, 2, 6, 7), s(2, 2, 2, 3), 1, window(2, 3, 1, 1, 1, 2, 1, 2, 3, 2)),
            new Conv("groups", s(2, 4, 3, 3), s(6, 2, 2, 2), 2, Window.of(2, 1, 1)),
            new Conv("depthwise", s(1, 3, 4, 4), s(3, 1, 3, 3), 3, Window.of(3, 1, 1)),
            new Conv("depthwise twice", s(1, 3, 4, 4), s(6, 1, 2, 2), 3, Window.of(2, 2, 1)),
            new Conv("1 x 5", s(1, 2, 2, 7), s(2, 2, 1, 5), 1, window(1, 5, 1, 1, 0, 2, 0, 2, 1, 1)),
            new Conv("whole image", s(2, 2, 3, 3), s(2, 2, 3, 3), 1, Window.of(3, 1, 0)),
            new Conv("everything", s(2, 4, 7, 9), s(4, 2, 3, 2), 2, window(3, 2, 2, 3, 2, 0, 1, 3, 2, 2)),
            new Conv("empty batch", s(0, 2, 4, 4), s(3, 2, 3, 3), 1, Window.of(3, 1, 1)),
            new Conv("larger", s(2, 8, 17, 15), s(9, 8, 3, 3), 1, Window.of(3, 1, 1)));
}
