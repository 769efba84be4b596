package dev.lamina.nn;

import static dev.lamina.nn.Known.close;
import static dev.lamina.nn.Known.f;
import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Gradients;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.SoftmaxCrossEntropy;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Values and gradients of the losses against PyTorch's, and what they say to wrong input.
class LossesTest {
    private static final Tensor LABELS = ints(s(4), 2, 0, 3, 1);
    private static final Tensor MAPS = ints(s(2, 3), 2, 0, 1, 3, 0, 2);
    private static final Tensor WEIGHTS = f(s(4), 0.5, 2, 1, 3);

    /// The loss of twice the pattern, weighted by a pattern if it is not reduced, and its gradient.
    private static void known(int[] shape, Function<Tensor, Tensor> loss, double value, double gradient) {
        Tensor x = pattern(0.5, shape).mul(2);
        Gradients g = here(() -> Tape.gradients(() -> total(loss.apply(x)), List.of(x)));
        close(value, g.loss().toDoubles()[0], "value");
        close(gradient, dot(g.of(x), 0.2), "gradient");
    }

    private static void known(int[] shape, BinaryOperator<Tensor> loss, double value, double gradA, double gradB) {
        Tensor a = pattern(0.5, shape).mul(2);
        Tensor b = pattern(1.5, shape).mul(2);
        Gradients g = here(() -> Tape.gradients(() -> total(loss.apply(a, b)), List.of(a, b)));
        close(value, g.loss().toDoubles()[0], "value");
        close(gradA, dot(g.of(a), 0.2), "gradient of the first");
        close(gradB, dot(g.of(b), 0.2), "gradient of the second");
    }

    private static Tensor total(Tensor loss) {
        return loss.shape().rank() == 0
                ? loss
                : loss.mul(pattern(0.1, loss.shape().dims())).sum();
    }

    private static double dot(Tensor x, double phase) {
        return x.mul(pattern(phase, x.shape().dims())).sum().toDoubles()[0];
    }

    private static void labels(CrossEntropy ce, double[] mean, double[] sum, double[] none) {
        known(s(4, 4), x -> ce.apply(x, LABELS), mean[0], mean[1]);
        known(s(4, 4), x -> ce.reduction(Reduction.SUM).apply(x, LABELS), sum[0], sum[1]);
        known(s(4, 4), x -> ce.reduction(Reduction.NONE).apply(x, LABELS), none[0], none[1]);
    }

    private static double[] v(double value, double gradient) {
        return new double[] {value, gradient};
    }

    @Test
    void crossEntropyOfLabels() {
        var ce = new CrossEntropy();
        labels(ce, v(1.050030123, -0.1344908398), v(4.200120492, -0.5379633592), v(2.790692881, -0.2886813826));
        known(s(4, 4), x -> Losses.crossEntropy(x, LABELS), 1.050030123, -0.1344908398);
        labels(
                ce.classWeights(WEIGHTS),
                v(1.143184577, -0.07932301639),
                v(7.43069975, -0.5155996065),
                v(5.776694193, -0.3913649976));
        labels(
                ce.labelSmoothing(0.1),
                v(1.116081412, -0.086404009),
                v(4.464325647, -0.345616036),
                v(2.977476281, -0.1505483172));
        labels(
                ce.ignoreIndex(0),
                v(1.207909019, -0.04500600262),
                v(3.623727056, -0.1350180079),
                v(2.377213539, 0.0003739195176));
        labels(
                ce.classWeights(WEIGHTS).labelSmoothing(0.2).ignoreIndex(3),
                v(1.605531985, 0.1979268033),
                v(5.619361949, 0.6927438116),
                v(3.542308207, 0.6853542058));
    }

    @Test
    void crossEntropyOfMapsAndProbabilities() {
        var ce = new CrossEntropy().classWeights(WEIGHTS);
        var all = ce.labelSmoothing(0.2).ignoreIndex(3);
        known(s(2, 4, 3), x -> all.apply(x, MAPS), 2.978020946, 0.8650745838);
        known(s(2, 4, 3), x -> all.reduction(Reduction.SUM).apply(x, MAPS), 14.89010473, 4.325372919);
        known(s(2, 4, 3), x -> all.reduction(Reduction.NONE).apply(x, MAPS), 8.380480357, 2.70448349);
        Tensor p = pattern(2, 2, 4, 3).softmax(1);
        var smooth = ce.labelSmoothing(0.1);
        known(s(2, 4, 3), x -> smooth.apply(x, p), 3.232314976, 1.022616344);
        known(s(2, 4, 3), x -> smooth.reduction(Reduction.SUM).apply(x, p), 19.39388986, 6.135698064);
        known(s(2, 4, 3), x -> smooth.reduction(Reduction.NONE).apply(x, p), 6.631796914, 1.575893389);
    }

    @Test
    void oneUnbatchedExample() {
        Tensor x = f(s(3), 1, 2, 3);
        double expected = Math.log(Math.exp(-2) + Math.exp(-1) + 1) + 1;
        assertEquals(
                expected,
                here(() -> Losses.crossEntropy(x, ints(s(1), 1).reshape())).item(),
                1e-6);
    }

    @Test
    void ignoredLabelsNeedNotBeClassesAndHideInfinities() {
        Tensor x = f(s(2, 2), 0, 0, Double.NEGATIVE_INFINITY, 3);
        Tensor y = ints(s(2), 1, -100);
        var ce = new CrossEntropy().ignoreIndex(-100);
        assertEquals(Math.log(2), here(() -> ce.apply(x, y)).item(), 1e-6);
        assertTrue(Float.isNaN(here(() -> ce.apply(x, ints(s(2), -100, -100))).item()));
    }

    @Test
    void stableForLargeLogits() {
        Tensor x = f(s(2, 2), 1e4, -1e4, 1e4, -1e4);
        assertEquals(1e4, here(() -> Losses.crossEntropy(x, ints(s(2), 0, 1))).item(), 1e-2);
        Tensor t = f(s(2, 2), 0, 1, 1, 0);
        double[] bce = here(() -> Losses.binaryCrossEntropyWithLogits(x, t, Reduction.NONE))
                .toDoubles();
        assertArrayEquals(new double[] {1e4, 1e4, 0, 0}, bce, 1e-9);
    }

    @Test
    void infiniteLogits() {
        double none = Double.NEGATIVE_INFINITY;
        Tensor x = f(s(2, 3), none, 0, 0, none, 2, none);
        Gradients possible = here(() -> Tape.gradients(() -> Losses.crossEntropy(x, ints(s(2), 2, 1)), List.of(x)));
        assertEquals(Math.log(2) / 2, possible.loss().item(), 1e-6);
        assertArrayEquals(new double[] {0, 0.25, -0.25, 0, 0, 0}, possible.of(x).toDoubles(), 1e-6);
        assertEquals(
                Double.POSITIVE_INFINITY,
                here(() -> Losses.crossEntropy(x, ints(s(2), 0, 1))).item());
        Tensor certain = f(s(1, 2), Double.POSITIVE_INFINITY, 0);
        assertTrue(Float.isNaN(
                here(() -> Losses.crossEntropy(certain, ints(s(1), 0))).item()));
    }

    @Test
    void manyClassesAreNamed() {
        var op = new SoftmaxCrossEntropy(1);
        var labels = new Spec(Shape.of(2), DType.I32);
        message(
                ShapeException.class,
                "softmax_cross_entropy: takes 1 to 16777216 classes, got [2, 16777217] with axis 1",
                () -> op.infer(List.of(new Spec(Shape.of(2, 16777217), DType.F32), labels)));
        message(
                ShapeException.class,
                "softmax_cross_entropy: takes 1 to 16777216 classes, got [2, 0] with axis 1",
                () -> op.infer(List.of(new Spec(Shape.of(2, 0), DType.F32), labels)));
    }

    @Test
    void negativeLogLikelihood() {
        known(s(4, 4), x -> Losses.nll(x, LABELS, Reduction.NONE), NLL_VALUE, NLL_GRADIENT);
        known(s(4, 4), x -> Losses.nll(x.logSoftmax(1), LABELS), 1.050030123, -0.1344908398);
    }

    /// -sum_i x[i, label i] sin(0.7 i + 0.1), worked out from the patterns.
    private static final double NLL_VALUE = nll(4, 2, 0.5);

    private static final double NLL_GRADIENT = nll(4, 1, 0.2);

    private static double nll(int classes, double scale, double phase) {
        int[] y = {2, 0, 3, 1};
        double sum = 0;
        for (int i = 0; i < y.length; i++)
            sum -= scale * Math.sin(0.7 * (classes * i + y[i]) + phase) * Math.sin(0.7 * i + 0.1);
        return sum;
    }

    @Test
    void binaryCrossEntropy() {
        BinaryOperator<Tensor> mean = (x, t) -> Losses.binaryCrossEntropyWithLogits(x, t.sigmoid());
        BinaryOperator<Tensor> sum = (x, t) -> Losses.binaryCrossEntropyWithLogits(x, t.sigmoid(), Reduction.SUM);
        BinaryOperator<Tensor> none = (x, t) -> Losses.binaryCrossEntropyWithLogits(x, t.sigmoid(), Reduction.NONE);
        known(s(3, 4), mean, 0.6707918307, 0.1255671554, -0.1937765552);
        known(s(3, 4), sum, 8.049501969, 1.506805865, -2.325318662);
        known(s(3, 4), none, 1.256213122, 0.2741986856, -0.6022405479);
    }

    private static BinaryOperator<Tensor> weighted(Reduction r) {
        Tensor p = WEIGHTS.cast(DType.F64);
        return (x, t) -> Losses.binaryCrossEntropyWithLogits(x, t.sigmoid(), p, r);
    }

    @Test
    void binaryCrossEntropyWithPositiveWeights() {
        known(s(3, 4), weighted(Reduction.MEAN), 0.8662775491, 0.1598383377, -0.2512814871);
        known(s(3, 4), weighted(Reduction.SUM), 10.39533059, 1.918060053, -3.015377845);
        known(s(3, 4), weighted(Reduction.NONE), -0.09550683783, -0.82442733, 0.3399233107);
    }

    @Test
    void regression() {
        Tensor t = pattern(2, 3, 4);
        known(s(3, 4), x -> Losses.mse(x, t), 2.330332016, 2.154389321);
        known(s(3, 4), x -> Losses.mse(x, t, Reduction.SUM), 27.96398419, 25.85267185);
        known(s(3, 4), x -> Losses.mse(x, t, Reduction.NONE), 6.194036736, 5.995885222);
        known(s(3, 4), x -> Losses.l1(x, t), 1.337378297, 0.6456649445);
        known(s(3, 4), x -> Losses.l1(x, t, Reduction.NONE), 3.179531617, 1.566683664);
        known(s(3, 4), x -> Losses.huber(x, t, 0.8), 0.7951995652, 0.4899057941);
        known(s(3, 4), x -> Losses.huber(x, t, 0.8, Reduction.NONE), 2.014921188, 1.216533808);
        known(s(3, 4), x -> Losses.smoothL1(x, t, 0.8), 0.9939994565, 0.6123822426);
        known(s(3, 4), x -> Losses.smoothL1(x, t, 0.8, Reduction.NONE), 2.518651486, 1.52066726);
    }

    @Test
    void divergence() {
        BinaryOperator<Tensor> batch = (x, t) -> Losses.klDivergence(x.logSoftmax(1), t.softmax(1));
        BinaryOperator<Tensor> mean = (x, t) -> Losses.klDivergence(x.logSoftmax(1), t.softmax(1), Reduction.MEAN);
        BinaryOperator<Tensor> none = (x, t) -> Losses.klDivergence(x.logSoftmax(1), t.softmax(1), Reduction.NONE);
        known(s(3, 4), batch, 0.606124348, 0.4205455831, -0.3473065134);
        known(s(3, 4), mean, 0.151531087, 0.1051363958, -0.08682662836);
        known(s(3, 4), none, -1.473643184, -0.7158973624, 0.5010107629);
        Tensor certain = f(s(1, 2), 0, 1);
        Tensor x = f(s(1, 2), Math.log(0.25), Math.log(0.75));
        Gradients g = here(() -> Tape.gradients(() -> Losses.klDivergence(x, certain), List.of(x, certain)));
        assertEquals(-Math.log(0.75), g.loss().item(), 1e-6);
        assertArrayEquals(new double[] {0, -1}, g.of(x).toDoubles(), 1e-6);
        assertEquals(0, g.of(certain).toDoubles()[0]);
    }

    private static BinaryOperator<Tensor> cosine(Reduction r) {
        Tensor y = f(s(4), 1, -1, -1, 1);
        return (a, b) -> Losses.cosineEmbedding(a, b.add(1), y, 0.1, r);
    }

    @Test
    void similarity() {
        known(s(4, 3), cosine(Reduction.MEAN), 0.2258335719, -0.01216482856, 0.06184734352);
        known(s(4, 3), cosine(Reduction.SUM), 0.9033342877, -0.04865931425, 0.2473893741);
        known(s(4, 3), cosine(Reduction.NONE), 0.5847999017, -0.05965418335, 0.2269924417);
    }

    @Test
    void margins() {
        known(s(4, 4), x -> Losses.multiMargin(x, LABELS, 0.7, Reduction.MEAN), 0.213544507, 0.01177640644);
        known(s(4, 4), x -> Losses.multiMargin(x, LABELS, 0.7, Reduction.SUM), 0.854178028, 0.04710562574);
        known(s(4, 4), x -> Losses.multiMargin(x, LABELS, 0.7, Reduction.NONE), 0.6044536773, 0.06669713684);
        known(s(3, 4), x -> Losses.hinge(x, pattern(2, 3, 4).sign()), 1.037695737, 0.3218306423);
    }

    private static void message(Class<? extends LaminaException> type, String expected, Executable body) {
        assertEquals(expected, assertThrows(type, body).getMessage());
    }

    @Test
    void wrongLabelsAreNamed() {
        Tensor x = f(s(3, 4), new double[12]);
        message(
                IndexException.class,
                "cross_entropy: label 4 at position 1 is outside 0..3",
                () -> Losses.crossEntropy(x, ints(s(3), 0, 4, 1)));
        message(
                IndexException.class,
                "cross_entropy: label -2 at position 2 is outside 0..3",
                () -> new CrossEntropy().ignoreIndex(-1).apply(x, ints(s(3), 0, -1, -2)));
        message(
                IndexException.class,
                "nll: label 7 at position 0 is outside 0..3",
                () -> Losses.nll(x, ints(s(3), 7, 4, 1)));
        message(
                IndexException.class,
                "multi_margin: label 9 at position 2 is outside 0..3",
                () -> Losses.multiMargin(x, ints(s(3), 0, 1, 9), 1, Reduction.SUM));
        message(
                DTypeException.class,
                "cross_entropy: labels must be i32, got u8 [3]; convert with cast(DType.I32)",
                () -> Losses.crossEntropy(x, ints(s(3), 0, 1, 2).cast(DType.U8)));
    }

    @Test
    void wrongShapesAreNamed() {
        Tensor x = f(s(2, 3), new double[6]);
        message(
                ShapeException.class,
                "cross_entropy: scores [2, 3] need labels [2], got [2, 1]",
                () -> Losses.crossEntropy(x, ints(s(2, 1), 0, 1)));
        message(
                ShapeException.class,
                "cross_entropy: scores [2, 3] need probabilities [2, 3], got [3, 2]",
                () -> Losses.crossEntropy(x, f(s(3, 2), new double[6])));
        message(
                ShapeException.class,
                "cross_entropy: class weights must be [3], got [4]",
                () -> new CrossEntropy().classWeights(WEIGHTS).apply(x, ints(s(2), 0, 1)));
        message(
                ShapeException.class,
                "mse: shapes must be equal, got [2, 3] and [6]; reshape one",
                () -> Losses.mse(x, x.reshape(6)));
        message(
                ShapeException.class,
                "cosine_embedding: expected [n, d], [n, d] and [n], got [2, 3], [2, 3] and [3]",
                () -> Losses.cosineEmbedding(x, x, f(s(3), 1, 1, 1), 0, Reduction.MEAN));
    }

    @Test
    void anEmptyBatchHasASumButNoMean() {
        Tensor x = f(s(0, 3));
        Tensor y = ints(s(0));
        message(
                ShapeException.class,
                "cross_entropy: the batch is empty, [0, 3], and has no mean",
                () -> Losses.crossEntropy(x, y));
        message(ShapeException.class, "mse: the batch is empty, [0, 3], and has no mean", () -> Losses.mse(x, x));
        message(
                ShapeException.class,
                "kl_divergence: the batch is empty, [0, 3], and has no mean",
                () -> Losses.klDivergence(x, x));
        assertEquals(0, here(() -> Losses.crossEntropy(x, y, Reduction.SUM)).item());
        assertEquals(
                Shape.of(0),
                here(() -> Losses.crossEntropy(x, y, Reduction.NONE)).shape());
    }

    @Test
    void notANumberStaysNotANumber() {
        Tensor x = f(s(1, 2), Double.NaN, 1);
        Tensor t = f(s(1, 2), 1, 1);
        List<BinaryOperator<Tensor>> losses = List.of(
                Losses::mse,
                Losses::l1,
                Losses::hinge,
                Losses::klDivergence,
                Losses::binaryCrossEntropyWithLogits,
                Losses::crossEntropy,
                (a, b) -> Losses.huber(a, b, 1),
                (a, b) -> Losses.smoothL1(a, b, 1));
        assertEquals(
                List.of(),
                losses.stream()
                        .filter(l -> !Float.isNaN(here(() -> l.apply(x, t)).item()))
                        .collect(Collectors.toList()));
    }
}
