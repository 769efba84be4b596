package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static String error(Runnable r) {
        return assertThrows(ShapeException.class, r::run).getMessage();
    }

    @Test
    void sizesAndStrides() {
        var s = Shape.of(2, 3, 4);
        assertEquals(24, s.size());
        assertEquals(12, s.size(1, 3));
        assertArrayEquals(new long[] {12, 4, 1}, s.strides());
        assertEquals(4, s.dim(-1));
        assertEquals(1, Shape.SCALAR.size());
        assertTrue(Shape.of(3, 0).isEmpty());
        assertEquals(5_000_000_000L, Shape.of(100_000, 50_000).size());
    }

    @Test
    void isAValue() {
        int[] dims = {2, 3};
        var s = Shape.of(dims);
        dims[0] = 9;
        s.dims()[1] = 9;
        assertEquals(Shape.of(2, 3), s);
        assertEquals(Shape.of(List.of(2, 3)).hashCode(), s.hashCode());
        assertNotEquals(Shape.of(3, 2), s);
        assertEquals("[2, 3]", s.toString());
    }

    @Test
    void makesOthers() {
        var s = Shape.of(2, 3, 4);
        assertEquals(Shape.of(2, 3, 9), s.with(-1, 9));
        assertEquals(Shape.of(2, 3, 1, 4), s.insert(2, 1));
        assertEquals(Shape.of(2, 3, 4, 1), s.insert(3, 1));
        assertEquals(Shape.of(2, 4), s.remove(1));
        assertEquals(Shape.of(3, 4), s.sub(1, 3));
        assertEquals(Shape.of(4, 2), s.select(List.of(2, 0)));
        assertEquals(Shape.of(2, 3, 4, 5), s.concat(Shape.of(5)));
    }

    @Test
    void broadcasts() {
        assertEquals(Shape.of(2, 3, 4), Shape.broadcast("add", List.of(Shape.of(3, 1), Shape.of(2, 1, 4))));
        assertEquals(Shape.of(0, 3), Shape.broadcast("add", List.of(Shape.of(0, 1), Shape.of(3))));
        assertEquals(Shape.SCALAR, Shape.broadcast("add", List.of(Shape.SCALAR, Shape.SCALAR)));
        assertEquals(
                "add: shapes [[2, 3], [4]] do not broadcast: axis -1 is 3 against 4",
                error(() -> Shape.broadcast("add", List.of(Shape.of(2, 3), Shape.of(4)))));
        error(() -> Shape.broadcast("add", List.of(Shape.of(0), Shape.of(2))));
    }

    @Test
    void errorsNameTheShape() {
        assertEquals("shape: negative size in [2, -1]", error(() -> Shape.of(2, -1)));
        assertEquals(
                "sum: axis 2 is out of range for [2, 3] of rank 2",
                error(() -> Shape.of(2, 3).axis("sum", 2)));
        error(() -> Shape.of(2, 3).axis("sum", -3));
        assertEquals(0, Shape.of(2, 3).axis("sum", -2));
        int big = 1 << 30;
        assertTrue(error(() -> Shape.of(big, big, big)).contains("more than 2^63"));
    }

    @Test
    void axesThatAreNotThereAreShapeErrors() {
        assertEquals(
                "shape: axis 3 is out of range for [2, 3] of rank 2",
                error(() -> Shape.of(2, 3).dim(3)));
        assertEquals(
                "shape: axis -3 is out of range for [2, 3] of rank 2",
                error(() -> Shape.of(2, 3).dim(-3)));
    }
}
