package dev.lamina.cuda;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.testing.LayerConformance;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;

/// Layers through JCuda on the simulated driver.
class CudaLayerConformanceTest extends LayerConformance {
    @Override
    protected Backend open() {
        Cudasim.load();
        Cudasim.reset();
        Cudasim.faults();
        return new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst()));
    }

    @AfterAll
    static void noFaults() {
        Assertions.assertEquals(List.of(), Cudasim.faults());
    }
}
