package dev.lamina.nn;

import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.LaminaException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Attention;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Attention against plain loops, and its words about wrong inputs.
class AttentionTest {
    private static final Tensor Q = pattern(0.1, 2, 3, 4, 5);
    private static final Tensor K = pattern(0.2, 2, 3, 6, 5);
    private static final Tensor V = pattern(0.3, 2, 3, 6, 2);

    /// @param visible how many keys the query at a place sees
    private static double[] loops(IntUnaryOperator visible, double scale) {
        double[] q = Q.toDoubles();
        double[] k = K.toDoubles();
        double[] v = V.toDoubles();
        var y = new double[2 * 3 * 4 * 2];
        for (int row = 0; row < 24; row++) {
            int head = row / 4;
            double sum = 0;
            for (int j = 0; j < visible.applyAsInt(row); j++) {
                double score = 0;
                for (int e = 0; e < 5; e++) score += q[row * 5 + e] * k[(head * 6 + j) * 5 + e];
                double weight = Math.exp(scale * score);
                sum += weight;
                for (int e = 0; e < 2; e++) y[row * 2 + e] += weight * v[(head * 6 + j) * 2 + e];
            }
            for (int e = 0; e < 2 && sum > 0; e++) y[row * 2 + e] /= sum;
        }
        return y;
    }

    @Test
    void isTheMeanOfTheValues() {
        double scale = 1 / Math.sqrt(5);
        assertArrayEquals(loops(_ -> 6, scale), Q.attention(K, V, false).toDoubles(), 1e-12);
        assertArrayEquals(
                loops(row -> row % 4 + 3, scale), Q.attention(K, V, true).toDoubles(), 1e-12);
        Tensor lengths = ints(s(2), 0, 4);
        Tensor y = new Attention(false, 2, true, false).on(Q, K, V, lengths);
        assertArrayEquals(loops(row -> row < 12 ? 0 : 4, 2), y.toDoubles(), 1e-12);
    }

    /// The first query of four cannot be at the place of one of two keys.
    @Test
    void aQueryWithoutKeysGivesZeros() {
        Tensor k = K.slice(2, 0, 2);
        Tensor v = V.slice(2, 0, 2);
        var g = here(() -> Tape.gradients(() -> Q.attention(k, v, true).square().sum(), List.of(Q, k, v)));
        double[] y = Q.attention(k, v, true).toDoubles();
        double[] dq = g.of(Q).toDoubles();
        for (int head = 0; head < 6; head++) {
            for (int i = 0; i < 4; i++) assertEquals(0, y[head * 8 + i]);
            for (int i = 0; i < 10; i++) assertEquals(0, dq[head * 20 + i]);
        }
        for (double d : dq) assertEquals(d, d);
    }

    @Test
    void causalMeansNoGradientFromTheFuture() {
        Tensor k = K.slice(2, 0, 4);
        Tensor v = V.slice(2, 0, 4);
        for (int last = 0; last < 4; last++) {
            int row = last;
            var g = here(() -> Tape.gradients(
                    () -> Q.attention(k, v, true)
                            .slice(2, row, row + 1)
                            .square()
                            .sum(),
                    List.of(Q, k, v)));
            double[] dk = g.of(k).toDoubles();
            double[] dv = g.of(v).toDoubles();
            for (int head = 0; head < 6; head++)
                for (int j = 0; j < 4; j++) {
                    assertEquals(j <= last, dv[(head * 4 + j) * 2] != 0, "value " + j + " of query " + last);
                    if (j > last) assertEquals(0, dk[(head * 4 + j) * 5]);
                }
        }
    }

    private static void rejects(String message, Supplier<?> body) {
        assertEquals(
                message, assertThrows(LaminaException.class, () -> here(body)).getMessage());
    }

    @Test
    void wrongInputs() {
        rejects(
                "attention: q [2, 3, 4, 5] and k [2, 3, 6, 2] must have equal batch, heads and size",
                () -> Q.attention(V, V, false));
        rejects(
                "attention: k [2, 3, 6, 5] and v [2, 3, 4, 2] must have equal batch, heads and length",
                () -> Q.attention(K, V.slice(2, 0, 4), false));
        rejects(
                "attention: expected [b, h, tq, d], got [6, 4, 5]",
                () -> Q.reshape(6, 4, 5).attention(K, V, false));
        rejects(
                "attention: lengths must be [2], got [3]",
                () -> new Attention(false, 1, true, false).on(Q, K, V, ints(s(3), 1, 2, 3)));
        rejects(
                "attention bias: shapes [[2, 3, 4, 6], [4, 4]] do not broadcast: axis -1 is 6 against 4",
                () -> new Attention(false, 1, false, true).on(Q, K, V, pattern(0, 4, 4)));
        rejects(
                "attention: bias f64 [2, 2, 3, 4, 6] does not broadcast to the scores f64 [2, 3, 4, 6], [b, h, tq, tk]",
                () -> new Attention(false, 1, false, true).on(Q, K, V, pattern(0, 2, 2, 3, 4, 6)));
    }
}
