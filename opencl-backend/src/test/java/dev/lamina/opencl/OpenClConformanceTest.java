package dev.lamina.opencl;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.ProgramCache;
import dev.lamina.testing.BackendConformance;

/// The shared kernels on the first OpenCL device of this machine. PoCL takes a fifth of a second for each of the two
/// thousand kernels of the whole kit, which `KIT=whole mvn verify` runs.
class OpenClConformanceTest extends BackendConformance {
    @Override
    protected Backend open() {
        return new KernelBackend(new OpenClDriver(Required.device(), ProgramCache.none(), 1 << 20));
    }

    @Override
    protected int oneIn() {
        return "whole".equals(System.getenv("KIT")) ? 1 : 4;
    }
}
