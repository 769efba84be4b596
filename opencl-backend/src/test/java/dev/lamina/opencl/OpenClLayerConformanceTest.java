package dev.lamina.opencl;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.testing.LayerConformance;

class OpenClLayerConformanceTest extends LayerConformance {
    @Override
    protected Backend open() {
        return new KernelBackend(new OpenClDriver(Required.device()));
    }
}
