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
import dev.lamina.Gradients;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The sum over alignments against the definition: all ways to write the labels, one by one.
class CtcTest {
    /// The sum of the probabilities of all sequences of `t` classes that become the labels when repeats, and
    /// then blanks, are taken out.
    private static double bruteForce(double[][] p, int t, List<Integer> labels, int blank) {
        int classes = p[0].length;
        double sum = 0;
        int all = (int) Math.pow(classes, t);
        for (int k = 0; k < all; k++) {
            var written = new ArrayList<Integer>();
            double product = 1;
            int before = -1;
            for (int i = 0, rest = k; i < t; i++, rest /= classes) {
                int c = rest % classes;
                product *= p[i][c];
                if (c != before && c != blank) written.add(c);
                before = c;
            }
            if (written.equals(labels)) sum += product;
        }
        return sum;
    }

    private static double[][] softmax(Tensor x, int sequence) {
        double[] p = here(() -> x.at(sequence).softmax(1)).toDoubles();
        int t = x.shape().dim(1);
        int c = x.shape().dim(2);
        var out = new double[t][c];
        for (int i = 0; i < t * c; i++) out[i / c][i % c] = p[i];
        return out;
    }

    private static Tensor lengths(int... all) {
        return ints(s(all.length), all);
    }

    @Test
    void isTheSumOverAllAlignments() {
        Tensor x = pattern(0.3, 5, 5, 3).mul(2);
        int[][] labels = {{1, 2, 0}, {1, 1, 0}, {2, 1, 2}, {0, 0, 0}, {2, 0, 0}};
        int[] counts = {2, 2, 3, 0, 1};
        int[] steps = {5, 4, 3, 4, 1};
        for (int blank : new int[] {0, 2}) {
            var padded = new int[15];
            for (int i = 0; i < 15; i++) padded[i] = blank == 0 ? labels[i / 3][i % 3] : 2 - labels[i / 3][i % 3];
            double[] got = here(() -> new Ctc()
                            .blank(blank)
                            .reduction(Reduction.NONE)
                            .apply(x, ints(s(5, 3), padded), lengths(steps), lengths(counts)))
                    .toDoubles();
            for (int i = 0; i < 5; i++) {
                var real = new ArrayList<Integer>();
                for (int j = 0; j < counts[i]; j++) real.add(padded[i * 3 + j]);
                close(-Math.log(bruteForce(softmax(x, i), steps[i], real, blank)), got[i], "sequence " + i);
            }
            double sum = 0;
            double mean = 0;
            for (int i = 0; i < 5; i++) {
                sum += got[i];
                mean += got[i] / Math.max(1, counts[i]) / 5;
            }
            var ctc = new Ctc().blank(blank);
            Tensor y = ints(s(5, 3), padded);
            close(
                    mean,
                    here(() -> ctc.apply(x, y, lengths(steps), lengths(counts))).toDoubles()[0],
                    "mean");
            var all = ctc.reduction(Reduction.SUM);
            close(
                    sum,
                    here(() -> all.apply(x, y, lengths(steps), lengths(counts))).toDoubles()[0],
                    "sum");
        }
    }

    private static Tensor weighted(Tensor x) {
        Tensor y = ints(s(3, 3), 1, 2, 2, 3, 0, 0, 0, 0, 0);
        return new Ctc()
                .reduction(Reduction.NONE)
                .apply(x, y, lengths(7, 4, 5), lengths(3, 1, 0))
                .mul(pattern(0.1, 3))
                .sum();
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        Tensor x = pattern(0.5, 3, 7, 4).mul(2);
        double[] g =
                here(() -> Tape.gradients(() -> weighted(x), List.of(x))).of(x).toDoubles();
        for (int i = 0; i < g.length; i++) {
            var step = new double[g.length];
            step[i] = 1e-5;
            Tensor d = here(() -> Tensor.of(step, 3, 7, 4));
            double up = here(() -> weighted(x.add(d))).toDoubles()[0];
            double down = here(() -> weighted(x.sub(d))).toDoubles()[0];
            assertEquals((up - down) / 2e-5, g[i], 1e-8, "element " + i);
        }
        for (int i = 4 * 4; i < 7 * 4; i++) assertEquals(0, g[7 * 4 + i], "past the length of sequence 1");
    }

    /// The gradient along a direction, as a function of x.
    private static double slope(Tensor x) {
        Tensor g = here(() -> Tape.gradients(() -> weighted(x), List.of(x))).of(x);
        return here(() -> g.mul(pattern(0.9, 3, 7, 4)).sum()).toDoubles()[0];
    }

    @Test
    void secondGradients() {
        Tensor x = pattern(0.5, 3, 7, 4).mul(2);
        double[] h = here(() -> Tape.gradients(
                        () -> Tape.gradients(() -> weighted(x), List.of(x))
                                .of(x)
                                .mul(pattern(0.9, 3, 7, 4))
                                .sum(),
                        List.of(x)))
                .of(x)
                .toDoubles();
        for (int i : new int[] {0, 5, 17, 30, 45, 60}) {
            var step = new double[h.length];
            step[i] = 1e-5;
            Tensor d = here(() -> Tensor.of(step, 3, 7, 4));
            assertEquals(
                    (slope(here(() -> x.add(d))) - slope(here(() -> x.sub(d)))) / 2e-5, h[i], 1e-7, "element " + i);
        }
    }

    @Test
    void longSequencesInSinglePrecision() {
        int t = 60;
        Tensor x = here(() -> pattern(0.5, 2, t, 6).mul(20));
        Tensor y = ints(s(2, 20), new int[40]).add(1);
        Tensor one = x.cast(DType.F32);
        var ctc = new Ctc().reduction(Reduction.SUM);
        Gradients exact = here(() -> Tape.gradients(() -> ctc.apply(x, y, lengths(t, 45), lengths(20, 3)), List.of(x)));
        Gradients got =
                here(() -> Tape.gradients(() -> ctc.apply(one, y, lengths(t, 45), lengths(20, 3)), List.of(one)));
        assertEquals(
                exact.loss().toDoubles()[0],
                got.loss().item(),
                1e-4 * exact.loss().toDoubles()[0]);
        assertArrayEquals(exact.of(x).toDoubles(), got.of(one).toDoubles(), 5e-3);
    }

    @Test
    void sequencesThatAreTooShort() {
        Tensor x = pattern(0.5, 2, 3, 3);
        Tensor y = ints(s(2, 2), 1, 1, 1, 1);
        message(
                LaminaException.class,
                "ctc: sequence 1 has 2 step(s), but its 2 labels, 1 of them like the one before, need 3; leave it out,"
                        + " or let it count nothing with zeroInfinity()",
                () -> here(() -> new Ctc().apply(x, y, lengths(3, 2), lengths(2, 2))));
        var lenient = new Ctc().zeroInfinity().reduction(Reduction.NONE);
        Gradients g = here(() -> Tape.gradients(
                () -> lenient.apply(x, y, lengths(3, 2), lengths(2, 2)).sum(), List.of(x)));
        double[] alone =
                here(() -> lenient.apply(x, y, lengths(3, 2), lengths(2, 2))).toDoubles();
        assertTrue(alone[0] > 0);
        assertEquals(0, alone[1]);
        double[] d = g.of(x).toDoubles();
        for (int i = 0; i < 9; i++) assertEquals(0, d[9 + i], "no gradient");
        assertTrue(Math.abs(d[0]) > 0);
        // What a device computed is not looked at: the loss is infinite, and has no gradient.
        Gradients late = here(() -> Tape.gradients(
                () -> new Ctc()
                        .apply(x, y.add(0), lengths(3, 2).add(0), lengths(2, 2).add(0)),
                List.of(x)));
        assertEquals(Float.POSITIVE_INFINITY, late.loss().item());
        for (double v : late.of(x).toDoubles()) assertTrue(Double.isFinite(v));
    }

    private static void message(Class<? extends LaminaException> type, String expected, Executable body) {
        assertEquals(expected, assertThrows(type, body).getMessage());
    }

    @Test
    void wrongInputIsNamed() {
        Tensor x = pattern(0.5, 2, 4, 3);
        Tensor y = ints(s(2, 2), 1, 2, 2, -1);
        Tensor t = lengths(4, 4);
        Tensor n = lengths(2, 1);
        var ctc = new Ctc();
        assertTrue(here(() -> ctc.apply(x, y, t, n)).item() > 0, "padding may be anything");
        message(
                IndexException.class,
                "ctc: label 3 at position [1, 0] is outside 0..2",
                () -> here(() -> ctc.apply(x, ints(s(2, 2), 1, 2, 3, 0), t, n)));
        message(
                IndexException.class,
                "ctc: label 0 at position [0, 1] is the blank, which is not a label",
                () -> here(() -> ctc.apply(x, ints(s(2, 2), 1, 0, 2, 0), t, n)));
        message(
                IndexException.class,
                "ctc: length 5 of sequence 1 is outside 1..4, where 4 is the size of the time axis",
                () -> here(() -> ctc.apply(x, y, lengths(4, 5), n)));
        message(
                IndexException.class,
                "ctc: length 0 of sequence 0 is outside 1..4, where 4 is the size of the time axis",
                () -> here(() -> ctc.apply(x, y, lengths(0, 4), n)));
        message(
                IndexException.class,
                "ctc: labels: length 3 of sequence 0 is outside 0..2, where 2 is the size of the time axis",
                () -> here(() -> ctc.apply(x, y, t, lengths(3, 1))));
        message(
                ShapeException.class,
                "ctc: scores [2, 4, 3] need lengths [2], got [3]",
                () -> here(() -> ctc.apply(x, y, lengths(4, 4, 4), n)));
        message(
                ShapeException.class,
                "ctc: scores [2, 4, 3] need labels [2, s], got [4]",
                () -> here(() -> ctc.apply(x, y.reshape(4), t, n)));
        message(
                ShapeException.class,
                "ctc: expected scores [n, t, c], got [8, 3]",
                () -> here(() -> ctc.apply(x.reshape(8, 3), y, t, n)));
        message(
                LaminaException.class,
                "ctc: the blank 3 is outside the classes 0..2",
                () -> here(() -> ctc.blank(3).apply(x, y, t, n)));
    }

    @Test
    void withoutAnyLabelsAllIsBlank() {
        Tensor x = f(s(1, 2, 2), 0, 0, Math.log(3), 0);
        Tensor none = ints(s(1, 0));
        close(
                -Math.log(0.5 * 0.75),
                here(() -> Losses.ctc(x, none, lengths(2), lengths(0))).item(),
                "blanks");
    }
}
