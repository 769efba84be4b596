package dev.lamina.cuda;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.testing.BackendConformance;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;

/// The kit once more with a device that does nothing until the host waits: a copy that should have waited shows.
class LazyConformanceTest extends BackendConformance {
    private static final int RING = 1 << 12;

    @Override
    protected Backend open() {
        Cudasim.load();
        Cudasim.reset();
        Cudasim.faults();
        Cudasim.set("lazy", "1");
        return new KernelBackend(new CudaDriver(Cuda.found().devices().getFirst(), RING));
    }

    @Override
    protected String id() {
        return "cuda";
    }

    @AfterAll
    static void noFaults() {
        Cudasim.set("lazy", "0");
        Assertions.assertEquals(List.of(), Cudasim.faults());
    }
}
