package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Window;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Products, convolutions and pooling against their definitions: sizes around the tiles, every transpose,
/// broadcast batches, strides, asymmetric padding, dilation, groups.
class ProductTest {
    private static KernelBackend backend;
    private static AgainstReference check;

    @BeforeAll
    static void open() {
        backend = new KernelBackend(new OpenClDriver(Required.device()));
        check = new AgainstReference(Device.of("opencl", backend));
    }

    @AfterAll
    static void close() {
        if (backend != null) backend.close();
    }

    @Test
    void matrixProductsOfEveryTransposeAroundTheTile() {
        for (boolean ta : new boolean[] {false, true})
            for (boolean tb : new boolean[] {false, true}) {
                check.matmul(ta, tb, DType.F32, 67, 129, 65);
                check.matmul(ta, tb, DType.F32, 64, 68, 132);
                check.matmul(ta, tb, DType.F32, 3, 2, 1);
            }
        check.matmul(false, true, DType.F64, 37, 70, 33);
        check.matmul(true, false, DType.F32, 5, 6, 0);
    }

    @Test
    void aMatrixTimesAVector() {
        for (boolean t : new boolean[] {false, true}) {
            check.matmul(t, false, DType.F32, 131, 1, 77);
            check.matmul(t, true, DType.F32, 31, 1, 5);
            check.matmul(false, t, DType.F32, 1, 131, 77);
        }
        check.matmul(false, false, DType.F32, 1, 1, 300);
    }

    @Test
    void aLongSumIsSlicedAndAddedInOrder() {
        check.matmul(true, false, DType.F32, 12, 20, 9000);
    }

    @Test
    void batchesBroadcast() {
        var op = new MatMul(false, false);
        check.same(op, Shape.of(3, 5, 7), Shape.of(7, 9));
        check.same(op, Shape.of(5, 7), Shape.of(3, 7, 9));
        check.same(op, Shape.of(2, 1, 3, 5, 7), Shape.of(4, 1, 7, 6));
        check.same(op, Shape.of(2, 1, 2, 1, 2, 3, 4), Shape.of(2, 1, 3, 1, 4, 5));
        check.same(op, Shape.of(3, 1, 7), Shape.of(3, 7, 9));
        check.same(op, Shape.of(2, 3, 4, 7), Shape.of(2, 3, 7, 1));
        check.same(new MatMul(true, true), Shape.of(2, 7, 5), Shape.of(2, 3, 7));
    }

    @Test
    void aProductReadsViews() {
        double[] v = AgainstReference.values(6 * 5 * 4, 7);
        double[][] both = new double[2][];
        Device[] devices = {AgainstReference.REFERENCE, check.device()};
        for (int i = 0; i < 2; i++)
            both[i] = devices[i].with(() -> {
                Tensor x = Tensor.of(v, 6, 5, 4).cast(DType.F32);
                return x.slice(0, 1, 3).matmul(x.slice(0, 4, 6).transpose(1, 2)).toDoubles();
            });
        assertArrayEquals(both[0], both[1]);
    }

    @Test
    void convolutionsAndTheirAdjoints() {
        check.convolution(Window.of(3, 1, 1), 1, 2, 3, 9, 11, 5);
        check.convolution(Window.of(1, 1, 0), 1, 3, 17, 5, 5, 33);
        check.convolution(Window.of(3, 2, 1), 1, 2, 4, 9, 8, 6);
        check.convolution(AgainstReference.window(2, 3, 3, 2, 0, 2, 1, 0, 1), 1, 2, 3, 10, 9, 4);
        check.convolution(AgainstReference.window(3, 2, 2, 3, 2, 1, 0, 3, 2), 1, 1, 2, 11, 13, 3);
        check.convolution(AgainstReference.window(2, 2, 4, 3, 0, 0, 0, 0, 1), 1, 2, 2, 11, 9, 3);
        check.convolution(AgainstReference.window(3, 3, 2, 2, 2, 2, 2, 2, 3), 1, 1, 2, 9, 10, 2);
    }

    @Test
    void convolutionsInGroups() {
        check.convolution(Window.of(3, 1, 1), 2, 2, 18, 6, 5, 20);
        check.convolution(Window.of(3, 2, 1), 4, 2, 4, 9, 8, 4);
        check.convolution(AgainstReference.window(2, 3, 2, 1, 1, 0, 0, 2, 2), 3, 2, 6, 9, 7, 9);
    }

    @Test
    void aWeightGradientOfManyPixelsIsSliced() {
        var w = Window.of(3, 1, 1);
        check.same(new Conv2dWeight(w, 1, Shape.of(4, 2, 3, 3)), Shape.of(20, 2, 20, 20), Shape.of(20, 4, 20, 20));
    }

    @Test
    void doublePrecision() {
        check.same(new Conv2d(Window.of(3, 2, 1), 1), DType.F64, Shape.of(2, 3, 9, 8), Shape.of(4, 3, 3, 3));
        check.same(new MaxPool2d(Window.of(2, 2, 0)), DType.F64, Shape.of(2, 3, 9, 8));
    }

    @Test
    void poolingAndItsAdjoints() {
        check.pooling(Window.of(2, 2, 0), 8, 6);
        check.pooling(Window.of(3, 2, 1), 9, 8);
        check.pooling(Window.of(3, 2, 1).withCeil(true), 10, 8);
        check.pooling(AgainstReference.window(2, 3, 1, 2, 1, 0, 0, 1, 1), 5, 7);
        check.pooling(AgainstReference.window(2, 2, 3, 3, 0, 0, 0, 0, 1), 8, 9);
    }

    @Test
    void theFirstNanOfAWindowWins() {
        check.device().with(() -> {
            Tensor x = Tensor.of(new float[] {1, Float.NaN, Float.NaN, 5}, 1, 1, 2, 2);
            List<Tensor> out = Tensor.apply(new MaxPool2d(Window.of(2, 2, 0)), List.of(x));
            assertEquals(Float.NaN, out.getFirst().item());
            assertEquals(1, out.get(1).toInts()[0]);
            return null;
        });
    }
}
