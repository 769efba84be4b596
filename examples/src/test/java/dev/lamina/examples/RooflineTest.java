package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RooflineTest {
    private static final Gpu GPU = new Gpu("test", 1e12, 10e12, 100e12, 200e12);

    private static KernelCount kernel(String name, long launches, double fp32, double tf32, double bytes) {
        return new KernelCount(name, launches, fp32, tf32, 0, bytes, 1, 1, 0);
    }

    @Test
    void theLongerOfMemoryAndArithmeticCounts() {
        var copy = kernel("copy", 1, 0, 0, 3e6);
        var product = kernel("product", 2, 50e6, 200e6, 4e6);
        assertEquals(3e-6, GPU.seconds(copy), 1e-12);
        assertEquals(7e-6, GPU.seconds(product), 1e-12);
        assertTrue(GPU.boundByMemory(copy));
        assertTrue(!GPU.boundByMemory(product));
        var both = new Roofline(GPU, List.of(copy, product));
        assertEquals("product", both.kernels().getFirst().name());
        assertEquals(3, both.launches());
        assertEquals(10e-6, both.kernelSeconds(), 1e-12);
        assertEquals(10e-6 + 3 * Gpu.LAUNCH, both.eagerSeconds(), 1e-12);
        assertEquals(10e-6 + Gpu.LAUNCH + 3 * Gpu.GRAPH_NODE, both.graphSeconds(), 1e-12);
        String table = both.table();
        assertTrue(table.contains("largest term: launches, 7.5 us; then product"), table);
        assertTrue(table.contains("not timed on hardware"), table);
    }

    @Test
    void theCountersOfTheSimulatedDriverAreRead() {
        var counts = SimulatedCounters.counts("""
                {"map_add 676x128":{"launches":2,"instructions":9,"fp32":10,"tf32":0,"bf16":0,"load_sectors":8,\
                "load_bytes":128,"store_sectors":4,"store_bytes":128,"distinct_sectors":12,"shared_accesses":10,\
                "shared_passes":15,"conflicts":{"7":[10,5]}}}
                """);
        assertEquals(List.of(new KernelCount("map_add 676x128", 2, 10, 0, 0, 384, 0.5, 1, 0.5)), counts);
    }

    @Test
    void anotherDeviceIsRefused() {
        Cli run = Cli.run("bench", "cnn", "--device", "cpu", "--roofline", "h100");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("use --device cuda:sim, the simulated driver"), run.err());
        Cli unknown = Cli.run("bench", "cnn", "--roofline", "b200");
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("[h100, a100]"), unknown.err());
    }
}
