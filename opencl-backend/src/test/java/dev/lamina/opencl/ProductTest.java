package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.AvgPool2dInput;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.MaxPool2dInput;
import dev.lamina.op.MaxPool2dPick;
import dev.lamina.op.Op;
import dev.lamina.op.Window;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Products, convolutions and pooling against their definitions: sizes around the tiles, every transpose, broadcast
/// batches, strides, asymmetric padding, dilation, groups.
class ProductTest {
    private static final Device REFERENCE = Reference.device();
    private static KernelBackend backend;
    private static Device device;

    @BeforeAll
    static void open() {
        backend = new KernelBackend(new OpenClDriver(Required.device()));
        device = Device.of("opencl", backend);
    }

    @AfterAll
    static void close() {
        if (backend != null) backend.close();
    }

    /// Small integers: every order of summation gives the same float.
    private static double[] values(int n, long seed) {
        var random = new Random(seed);
        return random.ints(n, -4, 5).asDoubleStream().toArray();
    }

    private static int[] dims(Shape s) {
        int[] d = new int[s.rank()];
        for (int i = 0; i < d.length; i++) d[i] = s.dim(i);
        return d;
    }

    private static Tensor tensor(Device d, Shape shape, DType type, long seed) {
        double[] v = values(Math.toIntExact(shape.size()), seed);
        return d.with(() -> Tensor.of(v, dims(shape)).cast(type));
    }

    private static List<double[]> run(Device d, Op op, DType type, Shape... in) {
        var tensors = new ArrayList<Tensor>();
        for (Shape s : in) tensors.add(tensor(d, s, type, tensors.size() + 1));
        return d.with(() ->
                Tensor.apply(op, tensors).stream().map(Tensor::toDoubles).toList());
    }

    private static void same(Op op, Shape... in) {
        same(op, DType.F32, in);
    }

    private static void same(Op op, DType type, Shape... in) {
        List<double[]> expected = run(REFERENCE, op, type, in);
        List<double[]> actual = run(device, op, type, in);
        for (int i = 0; i < expected.size(); i++)
            assertArrayEquals(expected.get(i), actual.get(i), op + " " + List.of(in));
    }

    private static void matmul(boolean ta, boolean tb, DType type, int m, int n, int k) {
        same(new MatMul(ta, tb), type, ta ? Shape.of(k, m) : Shape.of(m, k), tb ? Shape.of(n, k) : Shape.of(k, n));
    }

    @Test
    void matrixProductsOfEveryTransposeAroundTheTile() {
        for (boolean ta : new boolean[] {false, true})
            for (boolean tb : new boolean[] {false, true}) {
                matmul(ta, tb, DType.F32, 67, 129, 65);
                matmul(ta, tb, DType.F32, 64, 68, 132);
                matmul(ta, tb, DType.F32, 3, 2, 1);
            }
        matmul(false, true, DType.F64, 37, 70, 33);
        matmul(true, false, DType.F32, 5, 6, 0);
    }

    @Test
    void aMatrixTimesAVector() {
        for (boolean t : new boolean[] {false, true}) {
            matmul(t, false, DType.F32, 131, 1, 77);
            matmul(t, true, DType.F32, 31, 1, 5);
            matmul(false, t, DType.F32, 1, 131, 77);
        }
        matmul(false, false, DType.F32, 1, 1, 300);
    }

    @Test
    void aLongSumIsSlicedAndAddedInOrder() {
        matmul(true, false, DType.F32, 12, 20, 9000);
    }

    @Test
    void batchesBroadcast() {
        var op = new MatMul(false, false);
        same(op, Shape.of(3, 5, 7), Shape.of(7, 9));
        same(op, Shape.of(5, 7), Shape.of(3, 7, 9));
        same(op, Shape.of(2, 1, 3, 5, 7), Shape.of(4, 1, 7, 6));
        same(op, Shape.of(2, 1, 2, 1, 2, 3, 4), Shape.of(2, 1, 3, 1, 4, 5));
        same(op, Shape.of(3, 1, 7), Shape.of(3, 7, 9));
        same(op, Shape.of(2, 3, 4, 7), Shape.of(2, 3, 7, 1));
        same(new MatMul(true, true), Shape.of(2, 7, 5), Shape.of(2, 3, 7));
    }

    @Test
    void aProductReadsViews() {
        double[] v = values(6 * 5 * 4, 7);
        double[][] both = new double[2][];
        Device[] devices = {REFERENCE, device};
        for (int i = 0; i < 2; i++)
            both[i] = devices[i].with(() -> {
                Tensor x = Tensor.of(v, 6, 5, 4).cast(DType.F32);
                return x.slice(0, 1, 3).matmul(x.slice(0, 4, 6).transpose(1, 2)).toDoubles();
            });
        assertArrayEquals(both[0], both[1]);
    }

    private static void convolution(Window w, int groups, int n, int c, int h, int width, int o) {
        Shape x = Shape.of(n, c, h, width);
        Shape weight = Shape.of(o, c / groups, w.kernelH(), w.kernelW());
        var op = new Conv2d(w, groups);
        Shape y = op.infer(List.of(new Spec(x, DType.F32), new Spec(weight, DType.F32)))
                .getFirst()
                .shape();
        same(op, x, weight);
        same(new Conv2dInput(w, groups, x), y, weight);
        same(new Conv2dWeight(w, groups, weight), x, y);
    }

    private static Window window(int kh, int kw, int sh, int sw, int top, int left, int bottom, int right, int d) {
        return new Window(kh, kw, sh, sw, top, left, bottom, right, d, d, false);
    }

    @Test
    void convolutionsAndTheirAdjoints() {
        convolution(Window.of(3, 1, 1), 1, 2, 3, 9, 11, 5);
        convolution(Window.of(1, 1, 0), 1, 3, 17, 5, 5, 33);
        convolution(Window.of(3, 2, 1), 1, 2, 4, 9, 8, 6);
        convolution(window(2, 3, 3, 2, 0, 2, 1, 0, 1), 1, 2, 3, 10, 9, 4);
        convolution(window(3, 2, 2, 3, 2, 1, 0, 3, 2), 1, 1, 2, 11, 13, 3);
        convolution(window(2, 2, 4, 3, 0, 0, 0, 0, 1), 1, 2, 2, 11, 9, 3);
        convolution(window(3, 3, 2, 2, 2, 2, 2, 2, 3), 1, 1, 2, 9, 10, 2);
    }

    @Test
    void convolutionsInGroups() {
        convolution(Window.of(3, 1, 1), 2, 2, 18, 6, 5, 20);
        convolution(Window.of(3, 2, 1), 4, 2, 4, 9, 8, 4);
        convolution(window(2, 3, 2, 1, 1, 0, 0, 2, 2), 3, 2, 6, 9, 7, 9);
    }

    @Test
    void aWeightGradientOfManyPixelsIsSliced() {
        var w = Window.of(3, 1, 1);
        same(new Conv2dWeight(w, 1, Shape.of(4, 2, 3, 3)), Shape.of(20, 2, 20, 20), Shape.of(20, 4, 20, 20));
    }

    @Test
    void doublePrecision() {
        same(new Conv2d(Window.of(3, 2, 1), 1), DType.F64, Shape.of(2, 3, 9, 8), Shape.of(4, 3, 3, 3));
        same(new MaxPool2d(Window.of(2, 2, 0)), DType.F64, Shape.of(2, 3, 9, 8));
    }

    private static void pooling(Window w, int h, int width) {
        Shape x = Shape.of(2, 3, h, width);
        var max = new MaxPool2d(w);
        Shape y = max.infer(List.of(new Spec(x, DType.F32))).getFirst().shape();
        same(max, x);
        for (boolean pad : new boolean[] {false, true}) close(new AvgPool2d(w, pad), x);
        for (boolean pad : new boolean[] {false, true}) close(new AvgPool2dInput(w, pad, x), y);
        double[] dx = chosen(REFERENCE, max, new MaxPool2dInput(w, x), y, x);
        assertArrayEquals(dx, chosen(device, max, new MaxPool2dInput(w, x), y, x), "max_pool2d_input " + w);
        double[] picked = chosen(REFERENCE, max, new MaxPool2dPick(w), x, x);
        assertArrayEquals(picked, chosen(device, max, new MaxPool2dPick(w), x, x), "max_pool2d_pick " + w);
    }

    /// An op that takes the positions that max pooling found in `x`.
    private static double[] chosen(Device d, MaxPool2d max, Op op, Shape values, Shape x) {
        return d.with(() -> {
            Tensor index = Tensor.apply(max, List.of(tensor(d, x, DType.F32, 1))).get(1);
            return Tensor.apply(op, List.of(tensor(d, values, DType.F32, 2), index))
                    .getFirst()
                    .toDoubles();
        });
    }

    private static void close(Op op, Shape in) {
        assertArrayEquals(
                run(REFERENCE, op, DType.F32, in).getFirst(),
                run(device, op, DType.F32, in).getFirst(),
                2e-6,
                op + " " + in);
    }

    @Test
    void poolingAndItsAdjoints() {
        pooling(Window.of(2, 2, 0), 8, 6);
        pooling(Window.of(3, 2, 1), 9, 8);
        pooling(Window.of(3, 2, 1).withCeil(true), 10, 8);
        pooling(window(2, 3, 1, 2, 1, 0, 0, 1, 1), 5, 7);
        pooling(window(2, 2, 3, 3, 0, 0, 0, 0, 1), 8, 9);
    }

    @Test
    void theFirstNanOfAWindowWins() {
        device.with(() -> {
            Tensor x = Tensor.of(new float[] {1, Float.NaN, Float.NaN, 5}, 1, 1, 2, 2);
            List<Tensor> out = Tensor.apply(new MaxPool2d(Window.of(2, 2, 0)), List.of(x));
            assertEquals(Float.NaN, out.getFirst().item());
            assertEquals(1, out.get(1).toInts()[0]);
            return null;
        });
    }
}
