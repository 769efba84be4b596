package dev.lamina.op;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.of;
import static dev.lamina.op.Expr.scalar;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExprTest {
    private static final Expr X = in(0);
    private static final Expr Y = in(1);
    private final Device device = Reference.device();

    @Test
    void simplifiesNeutralElements() {
        assertSame(X, X.add(0));
        assertSame(X, of(0).add(X));
        assertSame(X, X.sub(0));
        assertSame(X, X.mul(1));
        assertSame(X, of(1).mul(X));
        assertSame(X, X.div(1));
        assertSame(X, X.pow(1));
        assertEquals(X.mul(X), X.pow(2));
        assertEquals(of(-3), of(3).neg());
        assertSame(X, Y.gt(0).where(X, X));
    }

    /// 0 * x is not 0 when x is infinite or NaN.
    @Test
    void keepsWhatIsNotNeutral() {
        assertNotEquals(of(0), X.mul(0));
        assertNotEquals(X, of(0).sub(X));
    }

    @Test
    void derives() {
        assertEquals(of(0), X.derivative(1));
        assertEquals(of(1), X.derivative(0));
        assertEquals(Y, X.mul(Y).derivative(0));
        assertEquals(X, X.mul(Y).derivative(1));
        assertEquals(X.add(X), X.mul(X).derivative(0));
        assertEquals(X.exp(), X.exp().derivative(0));
        assertEquals(of(0), X.floor().derivative(0));
        assertEquals(of(0), X.gt(Y).derivative(0));
        assertEquals(of(0), scalar(0).mul(2).derivative(0));
        assertEquals(X.gt(0).where(Y, 0), X.gt(0).where(X.mul(Y), of(3)).derivative(0));
    }

    @Test
    void substitutes() {
        Expr f = X.mul(Y).add(scalar(0));
        assertEquals(Y.exp().mul(X).add(scalar(0)), f.with(Y.exp(), X));
        assertTrue(f.uses(1));
        assertFalse(f.uses(2));
        assertTrue(in(3).gt(0).where(X, Y).uses(3));
    }

    @Test
    void functionsAreEqualIfTheirExpressionsAre() {
        var a = Elementwise.of("a", 1, X.exp().add(1));
        var b = Elementwise.of("b", 1, X.exp().add(1));
        assertEquals(a, b);
        assertEquals(a.hashCode(), b.hashCode());
        assertNotEquals(a, Elementwise.of("a", 1, X.exp().add(2)));
        assertNotEquals(Elementwise.of("a", 2, X), Elementwise.of("a", 1, X));
        assertEquals(2, Elementwise.of("a", 1, X.mul(scalar(1))).scalars());
        assertThrows(IllegalArgumentException.class, () -> Elementwise.of("a", 2, X, List.of(Y)));
        assertThrows(IllegalArgumentException.class, () -> new Pointwise(Functions.CLAMP, List.of(1.0)));
    }

    @Test
    void integralFunctionsTakeIntegers() {
        assertTrue(Functions.CLAMP.integral());
        assertFalse(Functions.EXP.integral());
        assertFalse(Elementwise.of("half", 1, X.mul(0.5)).integral());
        device.with(() -> {
            Tensor i = Tensor.of(new int[] {1, -2});
            assertArrayEquals(new int[] {-1, 2}, i.neg().toInts());
            var e = assertThrows(DTypeException.class, i::exp);
            assertEquals("exp: not defined for [i32 [2]]; convert with cast(DType.F32)", e.getMessage());
            assertThrows(DTypeException.class, () -> i.mul(0.5));
            assertThrows(DTypeException.class, () -> i.cast(DType.U8).add(1));
            assertThrows(DTypeException.class, () -> i.add(i.cast(DType.F32)));
            assertThrows(ShapeException.class, () -> Tensor.map(Functions.ADD, i));
        });
    }

    /// One line of the user's own, its first and second gradient derived: x^2 e^x.
    @Test
    void aFunctionOfTheUsersOwn() {
        device.with(() -> {
            double[] at = {-1.5, 0, 0.5, 2};
            Tensor x = Tensor.of(at);
            Tensor y = Tensor.map(v -> v.mul(v).mul(v.exp()), x);
            var first = Tape.gradients(
                    () -> Tensor.map(v -> v.mul(v).mul(v.exp()), x).sum(), List.of(x));
            var second = Tape.gradients(
                    () -> Tape.gradients(
                                    () -> Tensor.map(v -> v.mul(v).mul(v.exp()), x)
                                            .sum(),
                                    List.of(x))
                            .of(x)
                            .sum(),
                    List.of(x));
            for (int i = 0; i < at.length; i++) {
                double v = at[i];
                assertEquals(v * v * Math.exp(v), y.toDoubles()[i], 1e-12);
                assertEquals((v * v + 2 * v) * Math.exp(v), first.of(x).toDoubles()[i], 1e-12);
                assertEquals((v * v + 4 * v + 2) * Math.exp(v), second.of(x).toDoubles()[i], 1e-12);
            }
        });
    }

    @Test
    void aFunctionOfTwoTensorsBroadcasts() {
        device.with(() -> {
            Tensor a = Tensor.of(new double[] {1, 2}, 2, 1);
            Tensor b = Tensor.of(new double[] {3, 4, 5});
            var g = Tape.gradients(
                    () -> Tensor.map((u, v) -> u.mul(v).mul(v), a, b).sum(), List.of(a, b));
            assertArrayEquals(new double[] {50, 50}, g.of(a).toDoubles());
            assertArrayEquals(new double[] {18, 24, 30}, g.of(b).toDoubles());
        });
    }

    @Test
    void reductionsMergeNeighbouringAxes() {
        assertArrayEquals(
                new int[] {6, 20, 6},
                new Reduce(Reduce.Kind.SUM, List.of(2, 3))
                        .layout(Shape.of(2, 3, 4, 5, 6))
                        .sizes());
        assertArrayEquals(
                new int[] {1, 2, 3, 4},
                new Reduce(Reduce.Kind.SUM, List.of(0, 2))
                        .layout(Shape.of(2, 3, 4))
                        .sizes());
        assertArrayEquals(
                new int[] {6},
                new Reduce(Reduce.Kind.SUM, List.of()).layout(Shape.of(2, 3)).sizes());
    }
}
