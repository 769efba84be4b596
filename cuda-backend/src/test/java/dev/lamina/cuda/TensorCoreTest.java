package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Precision;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Window;
import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Products and convolutions on tensor cores are those of operands that were rounded, with sums in f32: compared with
/// the reference on rounded operands, races watched, the same bits twice.
class TensorCoreTest {
    private static Device device;

    @BeforeAll
    static void open() {
        device = Cudasim.device();
        Cudasim.faults();
        Cudasim.set("race", "1");
    }

    @AfterAll
    static void close() {
        Cudasim.set("race", "0");
        assertEquals(List.of(), Cudasim.faults());
    }

    /// A function of two tensors that is linear in each.
    private interface Bilinear {
        Tensor apply(Tensor a, Tensor b);
    }

    private record Case(String name, int[] a, int[] b, Bilinear f) {}

    private static List<Case> cases() {
        var all = new ArrayList<Case>();
        for (boolean ta : new boolean[] {false, true})
            for (boolean tb : new boolean[] {false, true})
                for (int[] s : new int[][] {{64, 64, 64}, {130, 70, 45}, {16, 200, 20}, {200, 24, 300}})
                    all.add(new Case(
                            "product " + Arrays.toString(s) + (ta ? " left transposed" : "")
                                    + (tb ? " right transposed" : ""),
                            ta ? new int[] {s[2], s[0]} : new int[] {s[0], s[2]},
                            tb ? new int[] {s[1], s[2]} : new int[] {s[2], s[1]},
                            (a, b) -> a.matmul(b, ta, tb)));
        // As many of the large tiles as the device has multiprocessors: only then are they used.
        all.add(new Case("product by large tiles", new int[] {65, 16}, new int[] {16, 108 * 128}, Tensor::matmul));
        all.add(new Case("products", new int[] {3, 40, 36}, new int[] {3, 36, 52}, Tensor::matmul));
        all.add(new Case("a product for each", new int[] {2, 1, 33, 48}, new int[] {5, 48, 40}, Tensor::matmul));
        for (Window w : List.of(Window.of(3, 1, 0), Window.of(3, 1, 1), Window.of(3, 2, 1), Window.of(1, 1, 0)))
            all.add(new Case(
                    "convolution " + w,
                    new int[] {3, 20, 13, 11},
                    new int[] {37, 20, w.kernelH(), w.kernelW()},
                    (x, k) -> x.conv2d(k, w, 1)));
        all.add(new Case(
                "convolution in groups",
                new int[] {2, 32, 9, 9},
                new int[] {40, 16, 3, 3},
                (x, k) -> x.conv2d(k, Window.of(3, 1, 1), 2)));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> roundedOperands() {
        return Stream.of(Precision.TF32, Precision.BF16)
                .flatMap(p -> cases().stream().map(c -> DynamicTest.dynamicTest(p + " " + c.name, () -> check(p, c))));
    }

    private static void check(Precision p, Case c) {
        float[] a = normal(1, c.a);
        float[] b = normal(2, c.b);
        List<float[]> got = all(device, p, c, a, b, x -> x);
        List<float[]> again = all(device, p, c, a, b, x -> x);
        List<float[]> expected = all(Reference.device(), Precision.FP32, c, a, b, x -> rounded(p, x));
        List<float[]> exact = all(Reference.device(), Precision.FP32, c, a, b, x -> x);
        List<float[]> sizes = all(Reference.device(), Precision.FP32, c, a, b, TensorCoreTest::magnitudes);
        int onTensorCores = 0;
        for (int i = 0; i < got.size(); i++) {
            assertArrayEquals(got.get(i), again.get(i), "the same bits twice");
            if (agree(got.get(i), expected.get(i), sizes.get(i))) onTensorCores++;
            else // such as a gradient of vectors, which tensor cores have no tile for
            assertTrue(agree(got.get(i), exact.get(i), sizes.get(i)), "result " + i);
            assertFalse(agree(expected.get(i), exact.get(i), sizes.get(i)), "rounding makes no difference");
        }
        assertTrue(onTensorCores >= 2, () -> "results of rounded operands");
    }

    private static boolean agree(float[] a, float[] b, float[] sizes) {
        for (int k = 0; k < a.length; k++) if (Math.abs(a[k] - b[k]) > 1e-5 * sizes[k] + 1e-6) return false;
        return true;
    }

    /// The result, and the gradients of both operands for a gradient of the result that is made of them.
    private static List<float[]> all(Device d, Precision p, Case c, float[] a, float[] b, UnaryOperator<float[]> of) {
        return p.with(() -> d.with(() -> Scope.call(() -> {
            Tensor x = Tensor.of(of.apply(a), c.a);
            Tensor y = Tensor.of(of.apply(b), c.b);
            Tensor r = c.f.apply(x, y);
            Tensor g =
                    Tensor.of(of.apply(normal(3, r.shape().dims())), r.shape().dims());
            var gradients = Tape.gradients(() -> c.f.apply(x, y).mul(g).sum(), List.of(x, y));
            List<float[]> results = List.of(
                    r.toFloats(), gradients.of(x).toFloats(), gradients.of(y).toFloats());
            assertFalse(results.stream().anyMatch(v -> v.length == 0));
            return results;
        })));
    }

    private static float[] normal(long seed, int... sizes) {
        return Reference.device().with(() -> Tensor.normal(new Rng(seed), sizes).toFloats());
    }

    private static float[] magnitudes(float[] x) {
        var y = new float[x.length];
        for (int i = 0; i < x.length; i++) y[i] = Math.abs(x[i]);
        return y;
    }

    /// To 10 bits of mantissa, halves away from zero, or to 7, halves to even.
    private static float[] rounded(Precision p, float[] x) {
        var y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            int bits = Float.floatToRawIntBits(x[i]);
            bits = p == Precision.TF32 ? bits + 0x1000 & ~0x1fff : bits + 0x7fff + (bits >>> 16 & 1) & ~0xffff;
            y[i] = Float.intBitsToFloat(bits);
        }
        return y;
    }
}
