package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.kernels.ptx.MapPtx;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The printed elementwise kernels through NVIDIA's own assembler: they are correct PTX for the oldest and
/// for a new device, and leave enough registers for full occupancy of a loop that waits for memory.
class MapPtxasTest {
    /// With 64, a multiprocessor of 65536 registers holds 1024 threads.
    private static final int MOST_REGISTERS = 64;

    @TestFactory
    Stream<DynamicTest> assembles() {
        return Stream.of("sm_75", "sm_90")
                .map(arch -> DynamicTest.dynamicTest(
                        arch,
                        () -> Maps.all().forEach(p -> {
                            var got = Ptxas.of(MapPtx.of(p), arch);
                            assertEquals(0, got.spilled(), () -> p + " spills: " + got);
                            assertEquals(0, got.stack(), () -> p + " has a stack: " + got);
                            assertTrue(got.registers() <= MOST_REGISTERS, () -> p + " takes " + got);
                        })));
    }

    @Test
    void theAssemblerRefusesWhatIsWrong() {
        String ptx = MapPtx.of(Maps.all().findFirst().orElseThrow());
        var e = assertThrows(AssertionError.class, () -> Ptxas.of(ptx.replace("neg.f32", "neg.f33"), "sm_75"));
        assertTrue(e.getMessage().contains("neg.f33") || e.getMessage().contains("f33"), e.getMessage());
    }
}
