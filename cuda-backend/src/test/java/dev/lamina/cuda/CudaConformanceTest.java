package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.testing.BackendConformance;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/// The shipped kernels through JCuda on the simulated driver, with every access checked for races.
class CudaConformanceTest extends BackendConformance {
    @Override
    protected Backend open() {
        Cudasim.load();
        Cudasim.set("race", "1");
        Cudasim.reset();
        Cudasim.faults();
        return new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst()));
    }

    @AfterAll
    static void noFaults() {
        Cudasim.set("race", "0");
        assertEquals(List.of(), Cudasim.faults());
    }
}
