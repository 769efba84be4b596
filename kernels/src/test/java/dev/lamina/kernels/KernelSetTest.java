package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.Precision;
import dev.lamina.testing.CaseSweep;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a GPU asks for is in the set that is compiled ahead of time, whatever its number of units.
class KernelSetTest {
    @ParameterizedTest
    @CsvSource({"1, FP32", "16, TF32", "108, BF16", "132, FP32"})
    void everyTextIsInTheSet(int units, Precision precision) {
        var driver = new FakeDriver(1024, units);
        Set<KernelText> set = KernelSet.of(driver);
        var device = Device.of("recorded", new KernelBackend(driver, Tuning.standard(driver.limits())));
        precision.run(() -> CaseSweep.launchAll(device));
        var missing = new HashSet<>(driver.texts);
        missing.removeAll(set);
        assertEquals(Set.of(), missing);
        assertTrue(driver.texts.size() > 60, () -> "only " + driver.texts.size() + " texts were asked for");
    }

    /// OpenCL promises no more than 32 KiB of local memory: every case gets kernels that fit.
    @Test
    void everyCaseFitsASmallDevice() {
        var driver = new FakeDriver(256, 32 * 1024, 4);
        CaseSweep.launchAll(Device.of("small", new KernelBackend(driver, Tuning.standard(driver.limits()))));
        assertTrue(driver.launches.size() > 1000, () -> driver.launches.size() + " launches");
    }
}
