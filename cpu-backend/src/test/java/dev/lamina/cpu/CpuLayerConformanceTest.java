package dev.lamina.cpu;

import dev.lamina.backend.Backend;
import dev.lamina.testing.LayerConformance;

final class CpuLayerConformanceTest extends LayerConformance {
    @Override
    protected Backend open() {
        return new CpuProvider().open(0);
    }
}
