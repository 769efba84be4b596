package dev.lamina.opencl;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.testing.BackendConformance;

/// The shared kernels on the first OpenCL device of this machine.
class OpenClConformanceTest extends BackendConformance {
    @Override
    protected Backend open() {
        return new KernelBackend(new OpenClDriver(Required.device()));
    }
}
