package dev.lamina.opencl;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.Tiles;
import dev.lamina.kernels.Tuning;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The kernels as a GPU gets them: prefetch, vector reads of local memory, transposes compiled in, groups that
/// shrink with the product.
class GpuTilesTest {
    private static KernelBackend backend;
    private static AgainstReference check;

    @BeforeAll
    static void open() {
        var driver = new DriverProxy(new OpenClDriver(Required.device())) {
            @Override
            public Limits limits() {
                var real = super.limits();
                return new Limits(real.groupSize(), real.localBytes(), 4, false, real.f64());
            }
        };
        var tiles = new Tiles(32, 32, 8, 4, 4, 4, 2);
        backend = new KernelBackend(driver, new Tuning(tiles, tiles));
        check = new AgainstReference(Device.of("opencl", backend));
    }

    @AfterAll
    static void close() {
        if (backend != null) backend.close();
    }

    @Test
    void products() {
        check.matmul(false, false, DType.F32, 67, 70, 29);
        check.matmul(true, false, DType.F32, 68, 72, 28);
        check.matmul(false, true, DType.F32, 68, 65, 36);
    }

    @Test
    void convolutions() {
        check.convolution(AgainstReference.window(3, 2, 2, 3, 2, 1, 0, 3, 1), 1, 2, 5, 23, 21, 19);
    }
}
