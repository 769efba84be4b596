package dev.lamina.cpu;

import dev.lamina.backend.Backend;
import dev.lamina.testing.BackendConformance;

final class CpuConformanceTest extends BackendConformance {
    @Override
    protected Backend open() {
        return new CpuProvider().open(0);
    }
}
