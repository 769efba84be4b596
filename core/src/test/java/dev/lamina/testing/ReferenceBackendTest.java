package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.IndexException;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.CumSum;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The definition itself, against numbers worked out by hand.
class ReferenceBackendTest {
    private final Device device = Reference.device();

    private Tensor f(int[] shape, double... values) {
        return device.with(() -> Tensor.of(values, shape).cast(DType.F32));
    }

    private Tensor ints(int[] shape, int... values) {
        return device.with(() -> Tensor.of(values, shape));
    }

    private static int[] s(int... shape) {
        return shape;
    }

    private static void expect(Tensor got, Shape shape, double... values) {
        assertEquals(shape, got.shape());
        assertArrayEquals(values, got.toDoubles(), 1e-6);
    }

    private Tensor count(int... shape) {
        return device.with(() -> Tensor.arange((int) Shape.of(shape).size())
                        .cast(DType.F32)
                        .add(1))
                .reshape(shape);
    }

    @Test
    void convolution() {
        Tensor x = count(1, 1, 3, 3);
        Tensor w = f(s(1, 1, 2, 2), 1, 0, 0, -1);
        expect(x.conv2d(w, Window.of(2, 1, 0), 1), Shape.of(1, 1, 2, 2), -4, -4, -4, -4);
        expect(x.conv2d(w, Window.of(2, 2, 1), 1), Shape.of(1, 1, 2, 2), -1, -3, -7, 1 * 5 - 9);
        var dilated = new Window(2, 2, 1, 1, 0, 0, 0, 0, 2, 2, false);
        expect(x.conv2d(w, dilated, 1), Shape.of(1, 1, 1, 1), 1 - 9);
        var below = new Window(2, 2, 2, 1, 0, 0, 1, 0, 1, 1, false);
        expect(x.conv2d(w, below, 1), Shape.of(1, 1, 2, 2), -4, -4, 7, 8);
    }

    @Test
    void convolutionInGroups() {
        Tensor x = count(1, 2, 1, 2);
        Tensor depthwise = f(s(2, 1, 1, 1), 10, 100);
        expect(x.conv2d(depthwise, Window.of(1, 1, 0), 2), Shape.of(1, 2, 1, 2), 10, 20, 300, 400);
        Tensor full = f(s(1, 2, 1, 1), 10, 100);
        expect(x.conv2d(full, Window.of(1, 1, 0), 1), Shape.of(1, 1, 1, 2), 310, 420);
    }

    @Test
    void adjointsOfConvolution() {
        Tensor w = f(s(1, 1, 2, 2), 1, 2, 3, 4);
        Tensor dy = f(s(1, 1, 2, 2), 1, 10, 100, 1000);
        Tensor dx = new Conv2dInput(Window.of(2, 1, 0), 1, Shape.of(1, 1, 3, 3)).on(dy, w);
        expect(dx, Shape.of(1, 1, 3, 3), 1, 12, 20, 103, 1234, 2040, 300, 3400, 4000);
        Tensor dw = new Conv2dWeight(Window.of(2, 1, 0), 1, w.shape()).on(count(1, 1, 3, 3), dy);
        expect(dw, w.shape(), 1 + 20 + 400 + 5000, 2 + 30 + 500 + 6000, 4 + 50 + 700 + 8000, 5 + 60 + 800 + 9000);
    }

    @Test
    void maxPooling() {
        Tensor x = f(s(1, 1, 3, 3), -1, -2, -3, -4, -9, -6, -7, -8, -5);
        var out = Tensor.apply(new MaxPool2d(Window.of(2, 2, 1)), List.of(x));
        expect(out.get(0), Shape.of(1, 1, 2, 2), -1, -2, -4, -5);
        expect(out.get(1), Shape.of(1, 1, 2, 2), 0, 1, 3, 8);
        var ceil = Tensor.apply(new MaxPool2d(Window.of(2, 2, 0).withCeil(true)), List.of(x));
        expect(ceil.get(0), Shape.of(1, 1, 2, 2), -1, -3, -7, -5);
        expect(x.maxPool2d(Window.of(2, 2, 0)), Shape.of(1, 1, 1, 1), -1);
    }

    @Test
    void averagePooling() {
        Tensor x = count(1, 1, 3, 3);
        expect(x.avgPool2d(Window.of(2, 1, 0), true), Shape.of(1, 1, 2, 2), 3, 4, 6, 7);
        expect(x.avgPool2d(Window.of(2, 2, 1), true), Shape.of(1, 1, 2, 2), 0.25, 1.25, 2.75, 7);
        expect(x.avgPool2d(Window.of(2, 2, 1), false), Shape.of(1, 1, 2, 2), 1, 2.5, 5.5, 7);
        // Ceil mode: the overhang beyond the padding counts in neither divisor.
        var ceil = Window.of(2, 2, 0).withCeil(true);
        expect(x.avgPool2d(ceil, true), Shape.of(1, 1, 2, 2), 3, 4.5, 7.5, 9);
    }

    @Test
    void matrixProduct() {
        Tensor a = count(2, 3);
        Tensor b = count(3, 2);
        expect(a.matmul(b), Shape.of(2, 2), 22, 28, 49, 64);
        expect(a.matmul(a, false, true), Shape.of(2, 2), 14, 32, 32, 77);
        expect(a.matmul(a, true, false), Shape.of(3, 3), 17, 22, 27, 22, 29, 36, 27, 36, 45);
        expect(a.matmul(f(s(2, 3, 1), 1, 0, 0, 0, 0, 1)), Shape.of(2, 2, 1), 1, 4, 3, 6);
    }

    @Test
    void reductions() {
        Tensor x = f(s(2, 3), 3, 1, 2, -4, 6, 5);
        expect(x.sum(0), Shape.of(3), -1, 7, 7);
        expect(x.prod(1), Shape.of(2), 6, -120);
        expect(x.max(), Shape.SCALAR, 6);
        expect(x.min(0), Shape.of(3), -4, 1, 2);
        expect(x.argMax(1), Shape.of(2), 0, 1);
        expect(x.argMin(0), Shape.of(3), 1, 0, 0);
        expect(x.cumSum(1), Shape.of(2, 3), 3, 4, 6, -4, 2, 7);
        expect(new CumSum(0, true).on(x), Shape.of(2, 3), -1, 7, 7, -4, 6, 5);
        expect(f(s(0, 2)).sum(0), Shape.of(2), 0, 0);
    }

    @Test
    void layout() {
        Tensor x = count(2, 3);
        expect(x.transpose(0, 1), Shape.of(3, 2), 1, 4, 2, 5, 3, 6);
        expect(x.flip(1), Shape.of(2, 3), 3, 2, 1, 6, 5, 4);
        expect(x.slice(1, 0, 3, 2), Shape.of(2, 2), 1, 3, 4, 6);
        expect(x.slice(1, 1, 3), Shape.of(2, 2), 2, 3, 5, 6);
        expect(x.at(1).pad(s(1), s(2), 9), Shape.of(6), 9, 4, 5, 6, 9, 9);
        expect(Tensor.concat(1, List.of(x.slice(1, 2, 3), x)), Shape.of(2, 4), 3, 1, 2, 3, 6, 4, 5, 6);
        expect(x.at(0).broadcastTo(Shape.of(2, 3)), Shape.of(2, 3), 1, 2, 3, 1, 2, 3);
        expect(x.slice(1, 0, 1).broadcastTo(Shape.of(2, 2)), Shape.of(2, 2), 1, 1, 4, 4);
    }

    @Test
    void indices() {
        Tensor x = count(2, 3);
        Tensor index = ints(s(2, 2), 2, 0, 0, 1);
        expect(x.gather(1, index), Shape.of(2, 2, 2), 3, 1, 1, 2, 6, 4, 4, 5);
        expect(x.gather(1, index).scatterAdd(1, index, 4), Shape.of(2, 4), 2, 2, 3, 0, 8, 5, 6, 0);
        expect(x.takeAlong(1, ints(s(2, 1), 2, 0)), Shape.of(2, 1), 3, 4);
        expect(ints(s(2), 1, 0).oneHot(2), Shape.of(2, 2), 0, 1, 1, 0);
        Tensor computed = ints(s(1), 2).add(1);
        var e = assertThrows(IndexException.class, () -> x.gather(1, computed));
        assertEquals("gather: index 3 at position 0 is outside 0..2", e.getMessage());
    }

    @Test
    void elementsOfEveryType() {
        expect(ints(s(3), 7, -7, 5).div(ints(s(), 2)), Shape.of(3), 3, -3, 2);
        expect(ints(s(2), Integer.MAX_VALUE, 3).add(1), Shape.of(2), Integer.MIN_VALUE, 4);
        expect(f(s(3), -1.9, 1.9, Double.NaN).cast(DType.I32), Shape.of(3), -1, 1, 0);
        expect(f(s(2), 200.7, 3).cast(DType.U8), Shape.of(2), 200, 3);
        expect(f(s(4), -1.5, -0.5, 0.5, 2.5).round(), Shape.of(4), -2, 0, 0, 2);
        assertEquals(0.1f, device.with(() -> Tensor.scalar(0.1).add(0)).item());
        expect(f(s(1), 0.1).eq(0.1), Shape.of(1), 1);
    }

    /// Values of erf from Abramowitz and Stegun, table 7.1, and DLMF.
    @Test
    void errorFunction() {
        assertEquals(0.8427007929497149, PointwiseReference.erf(1), 1e-15);
        assertEquals(-0.5204998778130465, PointwiseReference.erf(-0.5), 1e-15);
        assertEquals(0.9999779095030014, PointwiseReference.erf(3), 1e-15);
        assertEquals(0.9999999998033839, PointwiseReference.erf(4.5), 1e-15);
        assertEquals(1.1283791670955126e-10, PointwiseReference.erf(1e-10), 1e-25);
        assertEquals(PointwiseReference.erf(2.9999999999), PointwiseReference.erf(3.0000000001), 1e-13);
    }

    @Test
    void dropoutScalesWhatItKeeps() {
        Tensor x = device.with(() -> Tensor.ones(1000));
        double[] y = x.dropout(0.25, new Rng(1)).toDoubles();
        long kept = java.util.Arrays.stream(y)
                .filter(v -> Math.abs(v - 4 / 3.0) < 1e-6)
                .count();
        long dropped = java.util.Arrays.stream(y).filter(v -> v == 0).count();
        assertEquals(1000, kept + dropped);
        assertEquals(750, kept, 60);
    }
}
