package dev.lamina.cuda;

import dev.lamina.backend.DeviceStatus;
import dev.lamina.kernels.GpuDriver;
import java.util.Locale;

/// One device as the driver describes it.
///
/// @param ordinal its number for the driver
/// @param capability compute capability times ten, such as 80
/// @param driver CUDA version of the driver, such as 12060
/// @param memory bytes in all
/// @param units streaming multiprocessors
/// @param pools whether memory can be allocated in the order of a stream
record CudaDevice(int ordinal, String name, int capability, int driver, long memory, int units, boolean pools) {
    private static final int OLDEST = 75;
    private static final int TENSOR_CORES = 80;
    private static final String SIMULATED = "cudasim";
    private static final int GROUP = 1024;
    private static final int SHARED = 48 * 1024;

    /// The simulated driver's devices are for tests, whatever they are like.
    boolean simulated() {
        return name.equals(SIMULATED);
    }

    /// Units for products of TF32 and BF16 operands.
    boolean tensorCores() {
        return capability >= TENSOR_CORES;
    }

    GpuDriver.Limits limits() {
        return new GpuDriver.Limits(GROUP, SHARED, units, false, true);
    }

    String id() {
        return !simulated() ? "cuda:" + ordinal : ordinal == 0 ? "cuda:sim" : "cuda:sim" + ordinal;
    }

    DeviceStatus status(String libraries) {
        String text = String.format(
                Locale.ROOT,
                "%s, compute capability %d.%d, driver for CUDA %d.%d, %d multiprocessors, %.1f GiB; %s",
                name,
                capability / 10,
                capability % 10,
                driver / 1000,
                driver % 1000 / 10,
                units,
                memory / 0x1p30,
                libraries);
        var kind = simulated() ? DeviceStatus.Kind.EMULATED : DeviceStatus.Kind.GPU;
        return new DeviceStatus(id(), text, kind, memory, problem());
    }

    private String problem() {
        return capability >= OLDEST
                ? null
                : "its compute capability is below 7.5 (Turing), the oldest that the kernels are made for; use another"
                        + " device, such as opencl:0 on the same GPU";
    }
}
