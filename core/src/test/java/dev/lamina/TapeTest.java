package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.op.NormalizeGradient;
import dev.lamina.testing.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapeTest {
    private final Device device = Reference.device();

    private Tensor d(double... values) {
        return device.with(() -> Tensor.of(values));
    }

    private static void near(Tensor got, double... expected) {
        assertArrayEquals(expected, got.toDoubles(), 1e-9);
    }

    @Test
    void lossAndGradients() {
        Tensor x = d(1, 2, 3);
        Tensor w = d(4, 5, 6);
        var g = Tape.gradients(() -> x.mul(w).sum(), List.of(x, w));
        near(g.loss(), 32);
        near(g.of(x), 4, 5, 6);
        near(g.of(w), 1, 2, 3);
        assertEquals(2, g.all().size());
        assertThrows(LaminaException.class, () -> g.of(d(1)));
    }

    @Test
    void useMoreThanOnce() {
        Tensor x = d(3);
        near(Tape.gradients(() -> x.mul(x).add(x).add(x).sum(), List.of(x)).of(x), 8);
        near(Tape.gradients(() -> x.sum(), List.of(x)).of(x), 1);
        near(
                Tape.gradients(() -> Tensor.stack(0, List.of(x, x.square(), x)).sum(), List.of(x))
                        .of(x),
                8);
    }

    @Test
    void unusedTensorsHaveZeroGradients() {
        Tensor x = d(1, 2);
        Tensor unused = device.with(() -> Tensor.ones(2, 3));
        var g = Tape.gradients(() -> x.sum(), List.of(x, unused));
        assertEquals(unused.spec(), g.of(unused).spec());
        assertArrayEquals(new double[6], g.of(unused).toDoubles());
        near(Tape.gradients(() -> x.detach().square().sum(), List.of(x)).of(x), 0, 0);
    }

    @Test
    void theLossMustBeOneFloatingNumber() {
        Tensor x = d(1, 2);
        var e = assertThrows(ShapeException.class, () -> Tape.gradients(x::square, List.of(x)));
        assertEquals("gradients: the loss must have one element, got [2]; take its mean or sum", e.getMessage());
        assertThrows(DTypeException.class, () -> Tape.gradients(() -> x.argMax(0), List.of(x)));
    }

    @Test
    void gradientsOfGradients() {
        Tensor x = d(2, -1);
        var second = Tape.gradients(
                () -> Tape.gradients(() -> x.pow(4).sum(), List.of(x)).of(x).sum(), List.of(x));
        near(second.of(x), 48, 12);
        var third = Tape.gradients(
                () -> Tape.gradients(
                                () -> Tape.gradients(() -> x.pow(4).sum(), List.of(x))
                                        .of(x)
                                        .sum(),
                                List.of(x))
                        .of(x)
                        .sum(),
                List.of(x));
        near(third.of(x), 48, -24);
    }

    /// (|df/dx| - 1)^2 with f = w . x^2: the penalty of Gulrajani and others (2017), by hand for one element.
    @Test
    void gradientPenalty() {
        Tensor x = d(3);
        Tensor w = d(0.5);
        var g = Tape.gradients(
                () -> {
                    Tensor dx = Tape.gradients(() -> w.mul(x.square()).sum(), List.of(x))
                            .of(x);
                    return dx.norm(2).sub(1).square().sum();
                },
                List.of(w));
        near(g.loss(), 4);
        near(g.of(w), 2 * (3 - 1) * 6);
    }

    /// What a scope inside the loss would free is needed going back.
    @Test
    void scopesInsideALoss() {
        Tensor x = d(0.5, 2);
        var g = Tape.gradients(() -> Scope.call(() -> x.exp().mul(x.sin())).sum(), List.of(x));
        for (int i = 0; i < 2; i++) {
            double v = x.toDoubles()[i];
            assertEquals(Math.exp(v) * (Math.sin(v) + Math.cos(v)), g.of(x).toDoubles()[i], 1e-12);
        }
        assertEquals(3, device.memory().liveBuffers());
    }

    @Test
    void pullbackTellsRepeatedInputsApart() {
        Tensor x = d(2, 3);
        Tensor dy = d(1, 10);
        var g = Tape.pullback(in -> List.of(in.get(0).mul(in.get(1).square())), List.of(x, x), List.of(dy));
        near(g.get(0).get(), 4, 90);
        near(g.get(1).get(), 8, 180);
        Tensor y = d(1, -1, 2);
        Tensor rstd = d(0.5).reshape(1);
        var once = new NormalizeGradient(List.of(0));
        Tensor copy = y.add(0);
        var same = Tape.gradients(() -> once.on(y, rstd, y).square().sum(), List.of(y));
        var apart = Tape.gradients(() -> once.on(y, rstd, copy).square().sum(), List.of(y, copy));
        near(same.of(y), apart.of(y).add(apart.of(copy)).toDoubles());
    }

    @Test
    void parametersAreLeaves() {
        var w = Parameter.of(d(1, 2));
        var frozen = Parameter.buffer(d(5, 5));
        Tensor x = d(3, 4);
        var g = Tape.gradients(() -> x.mul(w.value()).mul(frozen.value()).sum(), List.of(w.value()));
        near(g.of(w), 15, 20);
        assertTrue(w.trainable());
        assertFalse(frozen.trainable());
    }

    @Test
    void trainsInsideAndEvaluatesOutside() {
        Tensor x = d(1);
        var inside = new boolean[2];
        Tape.gradients(
                () -> {
                    inside[0] = Mode.training();
                    return x.sum();
                },
                List.of(x));
        Mode.evaluate(() -> Tape.gradients(
                () -> {
                    inside[1] = Mode.training();
                    return x.sum();
                },
                List.of(x)));
        assertTrue(inside[0]);
        assertFalse(inside[1]);
        assertFalse(Mode.training());
        assertTrue(Mode.train(Mode::training));
    }

    @Test
    void integersCarryNoGradient() {
        Tensor x = d(1.5, 2.5);
        var g = Tape.gradients(() -> x.cast(DType.I32).cast(DType.F64).mul(x).sum(), List.of(x));
        near(g.of(x), 1, 2);
        near(Tape.gradients(() -> x.cast(DType.F32).square().sum(), List.of(x)).of(x), 3, 5);
    }

    /// Two threads with tapes of their own, and a tape does not see another thread.
    @Test
    void tapesBelongToThreads() throws Exception {
        Tensor x = d(2);
        var g = new Tensor[2];
        var other = new Thread(() ->
                g[1] = Tape.gradients(() -> x.pow(3).sum(), List.of(x)).of(x));
        g[0] = Tape.gradients(
                        () -> {
                            other.start();
                            try {
                                other.join();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return x.square().sum();
                        },
                        List.of(x))
                .of(x);
        near(g[0], 4);
        near(g[1], 12);
    }

    @Test
    void aFailingLossLeavesNothingBehind() {
        Tensor x = d(1, 2);
        long before = device.memory().liveBuffers();
        assertThrows(
                ShapeException.class,
                () -> Tape.gradients(() -> x.exp().add(d(1, 2, 3)).sum(), List.of(x)));
        assertEquals(before, device.memory().liveBuffers());
        near(Tape.gradients(() -> x.square().sum(), List.of(x)).of(x), 2, 4);
    }
}
