package dev.lamina.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.Device;

/// The device of the simulated driver, for tests of what the kernels compute.
final class SimulatedDevice {
    private static final String LIBRARY = "lamina.cuda.library";

    private SimulatedDevice() {}

    /// The device `cuda:sim`; without it a test is skipped, and says why.
    static Device require() {
        assumeTrue(
                System.getProperty(LIBRARY) != null,
                "no simulated driver: src/test/cudasim/build.sh makes libcuda.so.1, -D" + LIBRARY + " names it");
        return Device.require("cuda:sim");
    }
}
