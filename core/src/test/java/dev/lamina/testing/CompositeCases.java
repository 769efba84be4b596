package dev.lamina.testing;

import static dev.lamina.testing.Values.between;
import static dev.lamina.testing.Values.distinct;
import static dev.lamina.testing.Values.given;
import static dev.lamina.testing.Values.offKinks;
import static dev.lamina.testing.Values.whole;

import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.BatchNormGradient;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import dev.lamina.op.LogSoftmax;
import dev.lamina.op.MatMul;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.Softmax;
import dev.lamina.op.SoftmaxCrossEntropy;
import dev.lamina.op.SoftmaxCrossEntropyGradient;
import dev.lamina.op.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Ops with a meaning in other ops, and methods of `Tensor` that are made of several.
final class CompositeCases {
    private static final double EPS = 1e-3;

    private CompositeCases() {}

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        int[][] shapes = {{1}, {3, 5}, {2, 3, 4}, {5, 1}, {0, 5}, {4, 1030}, {33, 17}, {2, 3, 2, 2}, {7, 33}};
        for (int[] s : shapes)
            for (int axis = 0; axis < s.length; axis++) {
                all.add(OpCase.of("softmax on " + axis, new Softmax(axis), Input.real(s)));
                all.add(OpCase.of("log_softmax on " + axis, new LogSoftmax(axis), Input.real(s)));
            }
        Values wide = given(1000, -1000, 999, 0, 50, -50, -1000, -1001, -1002);
        all.add(OpCase.of("softmax of large", new Softmax(1), Input.real(wide, 3, 3)));
        all.add(OpCase.of("log_softmax of large", new LogSoftmax(1), Input.real(wide, 3, 3)));
        all.addAll(crossEntropy());
        all.addAll(affine());
        all.addAll(norms());
        all.addAll(functions());
        return all;
    }

    private static List<OpCase> crossEntropy() {
        var all = new ArrayList<OpCase>();
        crossEntropy(all, 0, 1);
        crossEntropy(all, 0, 5);
        crossEntropy(all, 1, 3, 5);
        crossEntropy(all, 0, 3, 5);
        crossEntropy(all, 1, 4, 1);
        crossEntropy(all, 1, 0, 5);
        crossEntropy(all, 1, 7, 33);
        crossEntropy(all, 1, 3, 2500);
        crossEntropy(all, 1, 2, 3, 4);
        crossEntropy(all, 1, 2, 3, 2, 2);
        crossEntropy(all, 1, 2, 17, 35);
        Input wide = Input.real(given(1e4, -1e4, 9999, 0, 50, -50, -1e4, -10001, -10002), 3, 3);
        Input labels = Input.ints(given(0, 1, 2), 3);
        all.add(OpCase.of("softmax_cross_entropy of large", new SoftmaxCrossEntropy(1), wide, labels));
        all.add(OpCase.of(
                "softmax_cross_entropy_gradient of large",
                new SoftmaxCrossEntropyGradient(1),
                wide,
                labels,
                Input.real(3)));
        return all;
    }

    private static void crossEntropy(List<OpCase> all, int axis, int... shape) {
        Input x = Input.real(shape);
        Input labels =
                Input.ints(whole(0, shape[axis]), Shape.of(shape).remove(axis).dims());
        Input dLoss = Input.real(labels.shape().dims());
        all.add(OpCase.of("softmax_cross_entropy on " + axis, new SoftmaxCrossEntropy(axis), x, labels));
        all.add(OpCase.of(
                "softmax_cross_entropy_gradient on " + axis, new SoftmaxCrossEntropyGradient(axis), x, labels, dLoss));
    }

    private static List<OpCase> affine() {
        var all = new ArrayList<OpCase>();
        List<Optional<Elementwise>> activations = List.of(
                Optional.empty(),
                Optional.of(Functions.RELU),
                Optional.of(Functions.TANH),
                Optional.of(Functions.SIGMOID),
                Optional.of(Functions.EXP));
        for (var f : activations) {
            var dense = new Affine(new MatMul(false, true), f);
            affine(all, dense, new int[] {3, 4}, new int[] {5, 4}, 5);
            affine(all, dense, new int[] {1, 7}, new int[] {3, 7}, 3);
            affine(all, dense, new int[] {4, 3}, new int[] {1, 3}, 1);
            affine(all, dense, new int[] {0, 3}, new int[] {2, 3}, 2);
            affine(all, dense, new int[] {6, 300}, new int[] {9, 300}, 9);
            affine(all, new Affine(new MatMul(false, false), f), new int[] {2, 3, 4}, new int[] {4, 5}, 1);
            var conv = new Affine(new Conv2d(Window.of(3, 1, 1), 1), f);
            affine(all, conv, new int[] {2, 3, 5, 4}, new int[] {4, 3, 3, 3}, 4, 1, 1);
            affine(all, conv, new int[] {1, 1, 1, 1}, new int[] {1, 1, 3, 3}, 1, 1, 1);
            var grouped = new Affine(new Conv2d(Window.of(3, 2, 1), 2), f);
            affine(all, grouped, new int[] {2, 4, 5, 5}, new int[] {6, 2, 3, 3}, 6, 1, 1);
            var wide = new Affine(new Conv2d(Window.of(1, 1, 0), 2), f);
            affine(all, wide, new int[] {1, 32, 2, 3}, new int[] {18, 16, 1, 1}, 18, 1, 1);
        }
        return all;
    }

    private static void affine(List<OpCase> all, Affine op, int[] x, int[] weight, int... bias) {
        // Sums of small terms, which round alike in any order; for convolutions see `ProductCases.Conv`.
        OpCase c = OpCase.of(op.name(), op, Input.real(x), Input.real(between(-0.2, 0.2), weight), Input.real(bias))
                .tolerance(2e-5, 1);
        all.add(op.linear() instanceof Conv2d ? c.finite(1) : c);
    }

    private static List<OpCase> norms() {
        var all = new ArrayList<OpCase>();
        normalize(all, List.of(0), 5);
        normalize(all, List.of(1), 3, 4);
        normalize(all, List.of(0), 4, 3);
        normalize(all, List.of(0, 2, 3), 3, 2, 2, 2);
        normalize(all, List.of(0, 2, 3), 4, 3, 5, 7);
        normalize(all, List.of(2, 3), 2, 3, 4, 5);
        normalize(all, List.of(1, 2), 2, 3, 4);
        normalize(all, List.of(1), 7, 33);
        normalize(all, List.of(1), 3, 1030);
        normalize(all, List.of(0), 257, 3);
        normalize(all, List.of(1), 0, 5);
        all.add(OpCase.of("normalize far from 0", new Normalize(List.of(1), EPS), Input.real(between(99, 101), 4, 33))
                .tolerance(2e-4, 1));
        var activations =
                List.of(Optional.<Elementwise>empty(), Optional.of(Functions.RELU), Optional.of(Functions.TANH));
        for (var f : activations) {
            batchNorm(all, f, 5, 2);
            batchNorm(all, f, 4, 3, 5, 7);
            batchNorm(all, f, 3, 2, 2, 2);
            batchNorm(all, f, 2, 3, 300);
            batchNorm(all, f, 3, 4, 4, 4);
            batchNorm(all, f, 300, 5);
        }
        all.add(OpCase.of(
                        "batch_norm far from 0",
                        new BatchNorm(EPS, Optional.empty()),
                        Input.real(between(99, 101), 4, 3, 4, 5),
                        Input.real(3),
                        Input.real(3))
                .tolerance(2e-4, 1));
        return all;
    }

    private static void batchNorm(List<OpCase> all, Optional<Elementwise> activation, int... shape) {
        int c = shape[1];
        var op = new BatchNorm(EPS, activation);
        // A shift beyond what is scaled keeps the sums off the kink.
        Input x = Input.real(distinct(), shape);
        Input scale = Input.real(between(-0.1, 0.1), c);
        Input shift = Input.real(offKinks(-2, 2, 0), c);
        all.add(OpCase.of(op.name(), op, x, scale, shift).tolerance(2e-5, 1));
        if (activation.isPresent()) return;
        Input statistic = Input.real(between(0.5, 2), c);
        all.add(OpCase.of(
                        "batch_norm_gradient",
                        new BatchNormGradient(),
                        x,
                        Input.real(c),
                        statistic,
                        scale,
                        Input.real(shape))
                .tolerance(2e-5, 1)
                .finite(2));
    }

    private static void normalize(List<OpCase> all, List<Integer> axes, int... shape) {
        Shape statistic = Shape.of(shape);
        for (int a : axes) statistic = statistic.with(a, 1);
        // Half-second-derivative terms grow with 1 / eps for few elements, so the spread is kept off 0.
        Input x = Input.real(distinct(), shape);
        all.add(OpCase.of("normalize over " + axes, new Normalize(axes, EPS), x).tolerance(2e-5, 1));
        all.add(OpCase.of(
                        "normalize_gradient over " + axes,
                        new NormalizeGradient(axes),
                        Input.real(shape),
                        Input.real(between(0.5, 2), statistic.dims()),
                        Input.real(shape))
                .tolerance(2e-5, 1));
    }

    private static List<OpCase> functions() {
        Input grid = Input.real(2, 3, 4);
        Input image = Input.real(2, 2, 4, 5);
        return List.of(
                OpCase.method("log_sum_exp", x -> x.logSumExp(1), Input.real(distinct(), 2, 3, 4)),
                OpCase.method("log_sum_exp of all", x -> x.logSumExp(), Input.real(distinct(), 5)),
                OpCase.method("mean", x -> x.mean(0, 2), grid),
                OpCase.method("var", x -> x.var(1), grid),
                OpCase.method("std", x -> x.std(), grid),
                OpCase.method("norm 1", x -> x.norm(1, 1), Input.real(offKinks(-2, 2, 0), 2, 3, 4)),
                OpCase.method("norm 2", x -> x.norm(2, 0, 1), grid),
                OpCase.method("norm 3", x -> x.norm(3), Input.real(offKinks(-2, 2, 0), 2, 3, 4)),
                OpCase.method("norm inf", x -> x.norm(Double.POSITIVE_INFINITY, 2), Input.real(distinct(), 2, 3, 4)),
                OpCase.method("reshape", x -> x.reshape(4, -1).square(), grid),
                OpCase.method("views", x -> x.at(1).slice(0, 1, 3).flatten(0).exp(), grid),
                OpCase.method("flip", x -> x.flip(0, -1), grid),
                OpCase.method("tile", x -> x.tile(2, 1, 3), grid),
                OpCase.method(
                        "split and concat", x -> Tensor.concat(1, x.split(1, 2).reversed()), grid),
                OpCase.method("stack", x -> Tensor.stack(-1, List.of(x, x.square())), grid),
                OpCase.function(
                        "take_along",
                        x -> List.of(x.get(0).takeAlong(1, x.get(1))),
                        grid,
                        Input.ints(Values.whole(0, 3), 2, 5, 4)),
                OpCase.method("global_avg_pool2d", x -> x.globalAvgPool2d(), image),
                OpCase.method("adaptive_avg_pool2d", x -> x.adaptiveAvgPool2d(3, 2), image),
                OpCase.method("upsample_nearest2d", x -> x.upsampleNearest2d(2), image),
                OpCase.method("upsample_bilinear2d", x -> x.upsampleBilinear2d(7, 3, false), image),
                OpCase.method("upsample_bilinear2d by corners", x -> x.upsampleBilinear2d(3, 8, true), image),
                OpCase.function(
                        "conv_transpose2d",
                        x -> List.of(x.get(0).convTranspose2d(x.get(1), Window.of(3, 2, 1), 1, 1, 0)),
                        Input.real(1, 2, 3, 2),
                        Input.real(2, 3, 3, 3)),
                OpCase.function(
                        "a perceptron",
                        x -> List.of(
                                x.get(0).matmul(x.get(1)).add(x.get(2)).tanh().matmul(x.get(1), false, true)),
                        Input.real(4, 3),
                        Input.real(3, 2),
                        Input.real(2)));
    }
}
