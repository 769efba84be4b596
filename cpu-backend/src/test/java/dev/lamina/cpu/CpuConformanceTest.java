package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.backend.Backend;
import dev.lamina.testing.BackendConformance;

/// Runs twice: with the Vector API, and without its module, where the plain loops must do.
final class CpuConformanceTest extends BackendConformance {
    @Override
    protected Backend open() {
        boolean expected = !"absent".equals(System.getProperty("lamina.test.vectors"));
        assertEquals(
                expected, !(Simd.best() instanceof ScalarSimd), "the Vector API is used where its module is there");
        return new CpuProvider().open(0);
    }
}
