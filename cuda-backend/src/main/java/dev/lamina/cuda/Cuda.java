package dev.lamina.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;

import dev.lamina.kernels.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;

/// What the driver of this machine offers, found out once: its devices, or why there are none.
///
/// @param problem null, or the reason why no device can be used and what to do
record Cuda(List<CudaDevice> devices, String problem) {
    /// Names a library to use instead of the installed driver: the simulated one of the tests.
    private static final String LIBRARY = "lamina.cuda.library";

    private static final int OLDEST_DRIVER = 12000;

    private static final class Once {
        static final Cuda FOUND = probe();
    }

    static Cuda found() {
        return Once.FOUND;
    }

    private static Cuda probe() {
        String problem = library();
        if (problem != null) return new Cuda(List.of(), problem);
        try {
            return open();
        } catch (KernelException | LinkageError e) {
            return new Cuda(List.of(), "the driver is there but does not work: " + e.getMessage());
        }
    }

    /// Looks for the driver before JCuda does, whose error would not say what is missing. Null if it is there.
    @SuppressWarnings("restricted") // loading a library is what it is for
    private static String library() {
        String simulated = System.getProperty(LIBRARY);
        try {
            if (simulated != null) {
                System.load(simulated); // JCuda's natives then find it by its soname
                return null;
            }
            boolean windows =
                    System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
            try (var arena = Arena.ofConfined()) {
                SymbolLookup.libraryLookup(windows ? "nvcuda.dll" : "libcuda.so.1", arena);
            }
            return null;
        } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
            return simulated != null
                    ? LIBRARY + "=" + simulated + " cannot be loaded: " + e.getMessage()
                    : "no NVIDIA driver: libcuda.so.1 (nvcuda.dll on Windows) is not found; install the driver of your"
                            + " GPU, version 525 or newer (in a container: run it with --gpus all)";
        }
    }

    private static Cuda open() {
        int result = cuInit(0);
        if (result == CUresult.CUDA_ERROR_NO_DEVICE)
            return new Cuda(
                    List.of(),
                    "the NVIDIA driver finds no device; check nvidia-smi, and CUDA_VISIBLE_DEVICES if it is set");
        CuErrors.check(result, "cuInit");
        int[] version = new int[1];
        CuErrors.check(cuDriverGetVersion(version), "cuDriverGetVersion");
        if (version[0] < OLDEST_DRIVER)
            return new Cuda(
                    List.of(),
                    "the NVIDIA driver is of CUDA " + version[0] / 1000 + "." + version[0] % 1000 / 10
                            + ", older than 12.0; install driver 525 or newer");
        int[] count = new int[1];
        CuErrors.check(cuDeviceGetCount(count), "cuDeviceGetCount");
        var all = new ArrayList<CudaDevice>();
        for (int i = 0; i < count[0]; i++) all.add(device(i, version[0]));
        return new Cuda(List.copyOf(all), null);
    }

    private static CudaDevice device(int ordinal, int driver) {
        var device = new CUdevice();
        CuErrors.check(cuDeviceGet(device, ordinal), "cuDeviceGet");
        byte[] name = new byte[256];
        CuErrors.check(cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        long[] memory = new long[1];
        CuErrors.check(cuDeviceTotalMem(memory, device), "cuDeviceTotalMem");
        int capability = attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) * 10
                + attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        return new CudaDevice(
                ordinal,
                new String(name, StandardCharsets.UTF_8).split("\0", 2)[0],
                capability,
                driver,
                memory[0],
                attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                attribute(device, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0);
    }

    private static int attribute(CUdevice device, int which) {
        int[] value = new int[1];
        CuErrors.check(cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute");
        return value[0];
    }
}
