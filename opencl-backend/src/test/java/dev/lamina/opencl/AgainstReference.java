package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
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
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Window;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Asserts that a device gives the elements that the definition of an op gives.
record AgainstReference(Device device) {
    static final Device REFERENCE = Reference.device();

    /// Small integers: every order of summation gives the same float.
    static double[] values(int n, long seed) {
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
        return d.with(
                () -> Tensor.apply(op, tensors).stream().map(Tensor::toDoubles).toList());
    }

    void same(Op op, Shape... in) {
        same(op, DType.F32, in);
    }

    void same(Op op, DType type, Shape... in) {
        List<double[]> expected = run(REFERENCE, op, type, in);
        List<double[]> actual = run(device, op, type, in);
        for (int i = 0; i < expected.size(); i++)
            assertArrayEquals(expected.get(i), actual.get(i), op + " " + List.of(in));
    }

    void matmul(boolean ta, boolean tb, DType type, int m, int n, int k) {
        same(new MatMul(ta, tb), type, ta ? Shape.of(k, m) : Shape.of(m, k), tb ? Shape.of(n, k) : Shape.of(k, n));
    }

    void convolution(Window w, int groups, int n, int c, int h, int width, int o) {
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

    static Window window(int kh, int kw, int sh, int sw, int top, int left, int bottom, int right, int d) {
        return new Window(kh, kw, sh, sw, top, left, bottom, right, d, d, false);
    }

    void pooling(Window w, int h, int width) {
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
            Tensor index =
                    Tensor.apply(max, List.of(tensor(d, x, DType.F32, 1))).get(1);
            return Tensor.apply(op, List.of(tensor(d, values, DType.F32, 2), index))
                    .getFirst()
                    .toDoubles();
        });
    }

    /// Adds `picks` rows of `after` elements to `size` rows; each row is picked many times.
    void scatter(int picks, int size, int after) {
        int[] index = new Random(3).ints(picks, 0, size).toArray();
        var sums = new ArrayList<double[]>();
        for (Device d : List.of(REFERENCE, device))
            sums.add(d.with(() -> Tensor.apply(
                            new ScatterAdd(0, size),
                            List.of(tensor(d, Shape.of(picks, after), DType.F32, 1), Tensor.of(index)))
                    .getFirst()
                    .toDoubles()));
        assertArrayEquals(sums.get(0), sums.get(1), "scatter_add of " + picks);
    }

    void close(Op op, Shape in) {
        close(op, in, 2e-6);
    }

    /// Where sums of many squares come in between.
    void near(Op op, Shape in) {
        close(op, in, 1e-4);
    }

    private void close(Op op, Shape in, double tolerance) {
        assertArrayEquals(
                run(REFERENCE, op, DType.F32, in).getFirst(),
                run(device, op, DType.F32, in).getFirst(),
                tolerance,
                op + " " + in);
    }
}
