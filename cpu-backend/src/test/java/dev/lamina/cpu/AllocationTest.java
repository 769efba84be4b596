package dev.lamina.cpu;

import static dev.lamina.DType.F32;
import static dev.lamina.DType.I32;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.op.Affine;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.BatchNormGradient;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.Functions;
import dev.lamina.op.Gather;
import dev.lamina.op.Kernel;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Permute;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Random;
import dev.lamina.op.Reduce;
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Softmax;
import dev.lamina.op.SoftmaxCrossEntropy;
import dev.lamina.op.SoftmaxCrossEntropyGradient;
import dev.lamina.op.Window;
import dev.lamina.testing.AllocationCheck;
import dev.lamina.testing.AllocationCheck.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// An alarm that rings on any machine, unlike one on time: a kernel that begins to take memory per element, or
/// per chunk of a loop, shows here.
final class AllocationTest {
    /// Bytes that a call may take however large its tensors are: the loop, its body and the views of its inputs.
    private static final long LIMIT = Long.getLong("lamina.test.allocation", 4096);

    private static final Affine RELU = new Affine(new Conv2d(Window.of(3, 1, 1), 1), Optional.of(Functions.RELU));

    /// Processor seconds until a kernel is compiled for certain; it takes a hundredth of that.
    private static final double PATIENCE = 60;

    private static AllocationCheck check(Simd simd) {
        return new AllocationCheck(
                new CpuBackend(simd, Workers.shared()), t -> t.getName().startsWith("lamina-cpu-"));
    }

    /// Every op on its plain path: to wait for the compiler of every vector loop would take minutes.
    @Test
    void kernelsOfTheKit() {
        var check = check(new ScalarSimd());
        within(check, LIMIT, check.kit().stream());
    }

    /// The vector loops on tensors of the sizes that layers have.
    @Test
    void largeTensors() {
        var batchNorm = new BatchNorm(1e-5, Optional.of(Functions.RELU));
        within(
                check(Simd.best()),
                LIMIT,
                Stream.of(
                        call("add", new Pointwise(Functions.ADD), of(1024, 1024), of(1024, 1024)),
                        call("add broadcast", new Pointwise(Functions.ADD), of(1024, 1024), of(1024)),
                        call("gelu", new Pointwise(Functions.GELU), of(1024, 1024)),
                        call("sum all", new Reduce(Reduce.Kind.SUM, List.of(0, 1)), of(1024, 1024)),
                        call("sum rows", new Reduce(Reduce.Kind.SUM, List.of(1)), of(1024, 1024)),
                        call("sum columns", new Reduce(Reduce.Kind.SUM, List.of(0)), of(1024, 1024)),
                        call("softmax", new Softmax(1), of(512, 1024)),
                        call("softmax of channels", new Softmax(1), of(8, 21, 4096)),
                        call("softmax_cross_entropy", new SoftmaxCrossEntropy(1), of(512, 1024), ints(512)),
                        call(
                                "softmax_cross_entropy_gradient",
                                new SoftmaxCrossEntropyGradient(1),
                                of(512, 1024),
                                ints(512),
                                of(512)),
                        call("max_pool2d", new MaxPool2d(Window.of(2, 2, 0)), of(8, 32, 28, 28)),
                        call("avg_pool2d", new AvgPool2d(Window.of(2, 2, 0), true), of(8, 32, 28, 28)),
                        call("batch_norm", batchNorm, of(8, 32, 28, 28), of(32), of(32)),
                        call("batch_norm short", batchNorm, of(32, 64, 4, 4), of(64), of(64)),
                        call(
                                "batch_norm_gradient",
                                new BatchNormGradient(),
                                of(8, 32, 28, 28),
                                of(32),
                                of(32),
                                of(32),
                                of(8, 32, 28, 28)),
                        call("permute", new Permute(List.of(1, 0)), of(1024, 512)),
                        call("gather", new Gather(0), of(1000, 256), ints(512)),
                        call("scatter_add", new ScatterAdd(0, 1000), of(512, 256), ints(512)),
                        call("random", new Random(Random.Kind.NORMAL, of(1024, 1024), 0, 1, 0))));
    }

    @Test
    void largeProducts() {
        within(
                check(Simd.best()),
                LIMIT,
                Stream.of(
                        call("matmul", new MatMul(false, false), of(256, 256), of(256, 256)),
                        call("matmul batched", new MatMul(false, true), of(16, 64, 64), of(16, 64, 64)),
                        call("conv2d", new Conv2d(Window.of(3, 1, 1), 1), of(8, 32, 28, 28), of(64, 32, 3, 3)),
                        call("conv2d_bias_relu", RELU, of(8, 32, 28, 28), of(64, 32, 3, 3), of(64, 1, 1)),
                        call("conv2d_bias_relu, first layer", RELU, of(8, 3, 28, 28), of(64, 3, 3, 3), of(64, 1, 1)),
                        call(
                                "conv2d_input",
                                new Conv2dInput(Window.of(3, 1, 1), 1, Shape.of(8, 32, 28, 28)),
                                of(8, 64, 28, 28),
                                of(64, 32, 3, 3)),
                        call(
                                "conv2d_weight",
                                new Conv2dWeight(Window.of(3, 1, 1), 1, Shape.of(64, 32, 3, 3)),
                                of(8, 32, 28, 28),
                                of(8, 64, 28, 28))));
    }

    private static void within(AllocationCheck check, long limit, Stream<Call> calls) {
        record Taken(Call call, long bytes) {}
        var over = new ArrayList<Taken>();
        calls.forEach(c -> {
            long bytes = check.bytes(c, limit, PATIENCE);
            if (bytes > limit) over.add(new Taken(c, bytes));
        });
        over.sort(Comparator.comparingLong(t -> -t.bytes()));
        assertTrue(
                over.isEmpty(),
                () -> over.size() + " kernels take more than " + limit + " bytes a call, the most first: " + over);
    }

    private static Call call(String name, Kernel op, Spec... in) {
        return new Call(name, op, List.of(in));
    }

    private static Spec of(int... shape) {
        return new Spec(Shape.of(shape), F32);
    }

    private static Spec ints(int... shape) {
        return new Spec(Shape.of(shape), I32);
    }
}
