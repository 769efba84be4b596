package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.DeviceException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One program on two devices, opened as a user opens them.
class MixedProgramTest {
    private static Device cpu;
    private static Device opencl;

    @BeforeAll
    static void open() {
        Required.device();
        cpu = Device.require("cpu");
        opencl = Device.require("opencl:0");
    }

    private static Tensor normal(Device d, long seed, int... sizes) {
        return d.with(() -> Tensor.normal(new Rng(seed), sizes));
    }

    @Test
    void tensorsMoveThereAndBack() {
        Tensor x = normal(cpu, 1, 7, 5);
        Tensor there = x.to(opencl);
        assertEquals(opencl, there.device());
        assertArrayEquals(x.toFloats(), there.to(cpu).toFloats());
        assertArrayEquals(x.toFloats(), normal(opencl, 1, 7, 5).toFloats(), 1e-6f);
    }

    /// The first layer on the cpu, the second on opencl, the loss on the cpu again.
    @Test
    void gradientsAreMadeWhereTheDataIsAndAreThoseOfOneDevice() {
        Tensor x = normal(cpu, 2, 6, 4);
        Tensor first = normal(cpu, 3, 4, 8);
        Tensor second = normal(opencl, 4, 8, 3);
        Scope.run(() -> {
            var mixed = Tape.gradients(
                    () -> x.matmul(first)
                            .tanh()
                            .to(opencl)
                            .matmul(second)
                            .square()
                            .to(cpu)
                            .mean(),
                    List.of(first, second));
            Tensor moved = second.to(cpu);
            var alone = Tape.gradients(
                    () -> x.matmul(first).tanh().matmul(moved).square().mean(), List.of(first, moved));
            assertEquals(cpu, mixed.loss().device());
            assertEquals(cpu, mixed.of(first).device());
            assertEquals(opencl, mixed.of(second).device());
            assertEquals(alone.loss().item(), mixed.loss().item(), 1e-5f);
            assertArrayEquals(alone.of(first).toFloats(), mixed.of(first).toFloats(), 1e-5f);
            assertArrayEquals(alone.of(moved).toFloats(), mixed.of(second).toFloats(), 1e-5f);
        });
    }

    @Test
    void anOpOnTwoDevicesNamesBoth() {
        Tensor here = normal(cpu, 5, 3);
        Tensor there = normal(opencl, 5, 3);
        var e = assertThrows(DeviceException.class, () -> here.mul(there));
        assertTrue(e.getMessage().contains("cpu") && e.getMessage().contains("opencl:0"), e.getMessage());
        assertTrue(e.getMessage().contains("to(device)"), e.getMessage());
        assertTrue(e.getMessage().contains("[f32 [3], f32 [3]]"), e.getMessage());
    }

    @Test
    void theBestDeviceIsNoProcessorBehindOpenCl() {
        Required.device();
        if (OpenCl.found().devices().stream().allMatch(d -> d.limits().cpu()))
            assertEquals("cpu", Device.best().id());
    }
}
