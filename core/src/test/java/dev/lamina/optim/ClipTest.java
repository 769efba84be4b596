package dev.lamina.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lamina.Device;
import dev.lamina.Gradients;
import dev.lamina.Parameter;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipTest {
    private final Device device = Reference.device();
    private final Parameter a = device.with(() -> Parameter.of(Tensor.of(new float[] {3, 0})));
    private final Parameter b = device.with(() -> Parameter.of(Tensor.of(new float[] {4})));

    /// Gradients equal to the values: their norm is 5.
    private Gradients gradients() {
        return device.with(() -> Tape.gradients(
                () -> a.value().square().sum().add(b.value().square().sum()).mul(0.5), List.of(a, b)));
    }

    @Test
    void byNormScalesAllAlike() {
        Gradients g = Clip.byNorm(1).apply(gradients());
        assertArrayEquals(new float[] {0.6f, 0}, g.of(a).toFloats(), 1e-6f);
        assertArrayEquals(new float[] {0.8f}, g.of(b).toFloats(), 1e-6f);
        assertEquals(12.5f, g.loss().item());
        assertEquals(1, Clip.norm(g).item(), 1e-6);
    }

    @Test
    void byNormLeavesSmallOnesAlone() {
        assertArrayEquals(
                new float[] {3, 0}, Clip.byNorm(10).apply(gradients()).of(a).toFloats());
    }

    @Test
    void byValue() {
        Gradients g = Clip.byValue(3.5).apply(gradients());
        assertArrayEquals(new float[] {3, 0}, g.of(a).toFloats());
        assertArrayEquals(new float[] {3.5f}, g.of(b).toFloats());
    }

    @Test
    void worksInAScopeAndSurvivesIt() {
        Gradients g = Scope.call(() -> Clip.byNorm(1).apply(gradients()));
        assertEquals(0.8f, g.of(b).item(), 1e-6f);
    }

    @Test
    void senseless() {
        assertThrows(IllegalArgumentException.class, () -> Clip.byNorm(0));
        assertThrows(IllegalArgumentException.class, () -> Clip.byValue(Double.NaN));
    }
}
