package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.DType;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The printed text of expressions.
class CSourceTest {
    private static final Expr X = Expr.in(0);

    @Test
    void whatOccursTwiceIsComputedOnce() {
        Expr e = X.mul(Expr.scalar(0)).exp();
        var f = Elementwise.update("f", 1, List.of(e.add(e), e.sub(1)));
        assertEquals("""
                DEVICE void f(T x0, T s0, T *r0, T *r1) {
                  const T v0 = x0 * s0;
                  const T v1 = exp(v0);
                  const T v2 = v1 + v1;
                  *r0 = v2;
                  const T v3 = v1 - 1.0f;
                  *r1 = v3;
                }
                """, CSource.function(f, DType.F32, new int[] {0}));
    }

    @Test
    void unusedInputsAreNoParameters() {
        var f = Elementwise.of("f", 2, Expr.in(1).neg());
        assertEquals("""
                DEVICE void f(T x1, T *r0) {
                  const T v0 = -x1;
                  *r0 = v0;
                }
                """, CSource.function(f, DType.F64, new int[] {1}));
    }

    @Test
    void constantsAreLiteralsOfTheType() {
        assertEquals("0.1f", CSource.constant(0.1, DType.F32));
        assertEquals("0.1", CSource.constant(0.1, DType.F64));
        assertEquals("(-2.0f)", CSource.constant(-2, DType.F32));
        assertEquals("(T)INFINITY", CSource.constant(1e300, DType.F32));
        assertEquals("(T)(-INFINITY)", CSource.constant(Double.NEGATIVE_INFINITY, DType.F64));
        assertEquals("(T)NAN", CSource.constant(Double.NaN, DType.F32));
        assertEquals("(-2147483647 - 1)", CSource.constant(Integer.MIN_VALUE, DType.I32));
    }

    @Test
    void integersWrapAndDivideSafely() {
        assertEquals("(int)((uint)a + (uint)b)", CSource.binary(Expr.BinaryFn.ADD, DType.I32, "a", "b"));
        assertEquals(
                "b == 0 ? 0 : b == -1 ? (int)(0u - (uint)a) : a / b",
                CSource.binary(Expr.BinaryFn.DIV, DType.I32, "a", "b"));
    }

    @Test
    void extremesTakeTheNaN() {
        assertEquals("(a > b || a != a) ? a : b", CSource.binary(Expr.BinaryFn.MAX, DType.F32, "a", "b"));
        assertEquals("(a < b) ? a : b", CSource.binary(Expr.BinaryFn.MIN, DType.I32, "a", "b"));
    }

    @Test
    void missingResourceIsNamed() {
        assertThrows(KernelException.class, () -> KernelText.resource("no_such.c"));
    }
}
