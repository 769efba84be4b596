package dev.lamina.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static void check(Schedule s, double... expected) {
        double[] got = LongStream.range(0, expected.length).mapToDouble(s::at).toArray();
        assertArrayEquals(expected, got, 1e-9);
    }

    @Test
    void values() {
        check(Schedule.constant(), 1, 1, 1);
        check(Schedule.step(2, 0.1), 1, 1, 0.1, 0.1, 0.01);
        check(Schedule.exponential(0.5), 1, 0.5, 0.25);
        check(Schedule.cosine(4), 1, 0.5 + Math.sqrt(0.125), 0.5, 0.5 - Math.sqrt(0.125), 0, 0);
        check(Schedule.cosine(2, 0.2), 1, 0.6, 0.2, 0.2);
        check(Schedule.linear(0.5, 1, 2), 0.5, 0.75, 1, 1);
        check(Schedule.warmup(4), 0.25, 0.5, 0.75, 1, 1);
        check(Schedule.polynomial(4, 2), 1, 0.5625, 0.25, 0.0625, 0, 0);
    }

    @Test
    void composed() {
        check(Schedule.warmup(2).then(2, Schedule.exponential(0.5)), 0.5, 1, 1, 0.5, 0.25);
        check(Schedule.constant(2).times(Schedule.linear(0, 1, 2)), 0, 1, 2);
    }

    /// PyTorch's OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3) by its formula: turning points at steps 2
    /// and 9.
    @Test
    void oneCycle() {
        double low = 1 / 25.0;
        double end = low / 1e4;
        double[] expected = new double[10];
        for (int i = 0; i < 10; i++)
            expected[i] = i <= 2
                    ? 1 + (low - 1) / 2 * (1 + Math.cos(Math.PI * i / 2))
                    : end + (1 - end) / 2 * (1 + Math.cos(Math.PI * (i - 2) / 7));
        check(Schedule.oneCycle(10), expected);
    }

    @Test
    void noSteps() {
        assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(0));
        assertThrows(IllegalArgumentException.class, () -> Schedule.warmup(-1));
    }
}
