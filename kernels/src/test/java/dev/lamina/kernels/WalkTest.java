package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Merging of axes, and what of a walk is compiled in.
class WalkTest {
    private static Walk walk(Shape y, Shape... in) {
        int[][] strides = new int[in.length + 1][];
        strides[0] = Strides.of(y);
        for (int j = 0; j < in.length; j++) strides[j + 1] = Strides.broadcast(in[j], y);
        return Walk.of(y.dims(), strides);
    }

    private static List<Object> arguments(Walk w) {
        var args = new ArrayList<Object>();
        w.arguments(args);
        return args;
    }

    @Test
    void equalShapesAreOneAxisWithoutArguments() {
        Walk w = walk(Shape.of(4, 1, 5, 6), Shape.of(4, 1, 5, 6));
        assertEquals(1, w.rank());
        assertEquals(120, w.size(0));
        assertEquals(List.of(), arguments(w));
        assertEquals("((i))", w.structure().at("", 1, "i"));
    }

    @Test
    void aSingleElementSharesTheKernelOfContiguousTensors() {
        assertEquals(
                walk(Shape.of(7), Shape.of(7)).structure(),
                walk(Shape.of(1, 1), Shape.SCALAR).structure());
    }

    @Test
    void axesThatAllTensorsWalkAlikeAreMerged() {
        Walk bias = walk(Shape.of(2, 3, 4, 5), Shape.of(1, 3, 1, 1));
        assertEquals(3, bias.rank());
        assertEquals(20, bias.size(2));
        assertEquals("((i) / d2 % d1)", bias.structure().at("", 1, "i"));
        // Sizes of axes 1 and 2, then the output's strides along axes 0 and 1.
        assertEquals(List.of(3, 20, 60, 20), arguments(bias));
        assertEquals(", int d1, int d2, int s0_0, int s0_1", bias.structure().parameters(""));
        assertEquals(List.of("m1", "h1", "m2", "h2"), bias.structure().divisors());
        assertTrue(bias.structure().constant(1));
    }

    /// 2^33 / 3 and 2^36 / 20, rounded up.
    @Test
    void sizesAreAlsoMultipliersAndShifts() {
        var args = new ArrayList<Object>();
        walk(Shape.of(2, 3, 4, 5), Shape.of(1, 3, 1, 1)).divisors(args);
        assertEquals(List.of((int) 2863311531L, 1, (int) 3435973837L, 4), args);
    }

    @Test
    void structureDoesNotDependOnSizes() {
        assertEquals(
                walk(Shape.of(2, 3), Shape.of(3)).structure(),
                walk(Shape.of(50, 70), Shape.of(1, 70)).structure());
    }

    @Test
    void vectorsNeedRowsThatAreMultiplesAndNeighbours() {
        assertTrue(walk(Shape.of(7), Shape.of(7)).vectors(4));
        assertTrue(walk(Shape.of(3, 8), Shape.of(8)).vectors(4));
        assertTrue(walk(Shape.of(3, 8), Shape.of(3, 1)).vectors(4));
        assertFalse(walk(Shape.of(3, 6), Shape.of(6)).vectors(4));
        assertFalse(Walk.of(new int[] {8}, new int[] {1}, new int[] {-1}).vectors(4));
        assertFalse(
                Walk.of(new int[] {2, 8}, new int[] {8, 1}, new int[] {9, 1}).vectors(4));
    }
}
