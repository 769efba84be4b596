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

import dev.lamina.DTypeException;
import dev.lamina.Gradients;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SequenceCrossEntropyTest {
    private static final Tensor X = pattern(0.5, 2, 3, 4);
    private static final Tensor LABELS = ints(s(2, 3), 2, 0, 3, 1, 3, 2);
    /// Five of six count.
    private static final Tensor MASK = f(s(2, 3), 1, 1, 1, 1, 1, 0);

    /// Of those five as rows.
    private static Tensor rows(Tensor x) {
        return x.reshape(6, 4).slice(0, 0, 5);
    }

    private static final Tensor ROW_LABELS = ints(s(5), 2, 0, 3, 1, 3);

    @Test
    void paddingCountsNothing() {
        for (double smoothing : new double[] {0, 0.1}) {
            var loss = new SequenceCrossEntropy().labelSmoothing(smoothing);
            var rows = new CrossEntropy().labelSmoothing(smoothing);
            Gradients expected = here(() -> Tape.gradients(() -> rows.apply(rows(X), ROW_LABELS), List.of(X)));
            Gradients got = here(() -> Tape.gradients(() -> loss.apply(X, LABELS, MASK), List.of(X)));
            close(expected.loss().toDoubles()[0], got.loss().toDoubles()[0], "value");
            assertArrayEquals(expected.of(X).toDoubles(), got.of(X).toDoubles(), 1e-12);
            var ignoring = loss.ignoreIndex(-1);
            Tensor padded = ints(s(2, 3), 2, 0, 3, 1, 3, -1);
            Gradients same = here(() -> Tape.gradients(() -> ignoring.apply(X, padded), List.of(X)));
            assertArrayEquals(got.of(X).toDoubles(), same.of(X).toDoubles(), 1e-12);
            close(got.loss().toDoubles()[0], same.loss().toDoubles()[0], "by label");
        }
    }

    @Test
    void reductions() {
        var loss = new SequenceCrossEntropy();
        double[] each = here(() -> loss.reduction(Reduction.NONE).apply(X, LABELS, MASK))
                .toDoubles();
        assertEquals(6, each.length);
        assertEquals(0, each[5]);
        double sum = 0;
        for (double e : each) sum += e;
        close(
                sum,
                here(() -> loss.reduction(Reduction.SUM).apply(X, LABELS, MASK)).toDoubles()[0],
                "sum");
        close(sum / 5, here(() -> Losses.sequenceCrossEntropy(X, LABELS, MASK)).toDoubles()[0], "mean");
        close(
                here(() -> Losses.crossEntropy(X.reshape(6, 4), LABELS.reshape(6)))
                        .toDoubles()[0],
                here(() -> loss.apply(X, LABELS)).toDoubles()[0],
                "all");
    }

    @Test
    void whatIsNotANumberInPaddingDoesNoHarm() {
        Tensor x = f(s(1, 2, 2), 0, 0, Double.NaN, Double.POSITIVE_INFINITY);
        Tensor mask = f(s(1, 2), 1, 0);
        Tensor y = ints(s(1, 2), 0, 1);
        close(Math.log(2), here(() -> Losses.sequenceCrossEntropy(x, y, mask)).item(), "value");
    }

    private static void message(Class<? extends LaminaException> type, String expected, Executable body) {
        assertEquals(expected, assertThrows(type, body).getMessage());
    }

    @Test
    void wrongInputIsNamed() {
        var loss = new SequenceCrossEntropy();
        message(
                IndexException.class,
                "sequence_cross_entropy: label 4 at position [1, 0] is outside 0..3",
                () -> loss.apply(X, ints(s(2, 3), 0, 1, 2, 4, 0, 0)));
        message(
                ShapeException.class,
                "sequence_cross_entropy: the mask [3, 2] must have the shape of the labels, [2, 3]",
                () -> loss.apply(X, LABELS, MASK.reshape(3, 2)));
        message(
                ShapeException.class,
                "sequence_cross_entropy: scores [2, 3, 4] need labels [2, 3], got [6]",
                () -> loss.apply(X, LABELS.reshape(6)));
        message(
                ShapeException.class,
                "sequence_cross_entropy: expected scores [n, t, c], got [6, 4]",
                () -> loss.apply(X.reshape(6, 4), LABELS));
        message(
                DTypeException.class,
                "sequence_cross_entropy: labels must be i32, got f32 [2, 3]; convert with cast(DType.I32)",
                () -> loss.apply(X, MASK));
        message(
                ShapeException.class,
                "sequence_cross_entropy: the batch is empty, [0, 3, 4], and has no mean",
                () -> loss.apply(f(s(0, 3, 4)), ints(s(0, 3))));
    }
}
