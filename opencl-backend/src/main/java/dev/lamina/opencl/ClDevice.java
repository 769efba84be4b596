package dev.lamina.opencl;

import static org.jocl.CL.CL_DEVICE_AVAILABLE;
import static org.jocl.CL.CL_DEVICE_COMPILER_AVAILABLE;
import static org.jocl.CL.CL_DEVICE_EXTENSIONS;
import static org.jocl.CL.CL_DEVICE_GLOBAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_LOCAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_COMPUTE_UNITS;
import static org.jocl.CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_DEVICE_NAME;
import static org.jocl.CL.CL_DEVICE_TYPE;
import static org.jocl.CL.CL_DEVICE_TYPE_CPU;
import static org.jocl.CL.CL_DEVICE_VERSION;
import static org.jocl.CL.CL_DRIVER_VERSION;
import static org.jocl.CL.CL_PLATFORM_NAME;
import static org.jocl.CL.clGetDeviceInfo;
import static org.jocl.CL.clGetPlatformInfo;

import dev.lamina.backend.DeviceStatus;
import dev.lamina.backend.DeviceStatus.Kind;
import dev.lamina.kernels.GpuDriver;
import java.util.Locale;
import java.util.Scanner;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/// What one OpenCL device says about itself.
///
/// @param driver the driver's version, with that of its platform: a change makes compiled programs worthless
/// @param largest the most bytes of one buffer
/// @param problem null, or why the device cannot be used and what to do
record ClDevice(
        cl_platform_id platform,
        cl_device_id handle,
        String name,
        String platformName,
        String driver,
        long memory,
        long largest,
        GpuDriver.Limits limits,
        String problem) {

    static ClDevice of(cl_platform_id platform, cl_device_id d) {
        String name = text(d, CL_DEVICE_NAME);
        String version = text(d, CL_DEVICE_VERSION);
        var limits = new GpuDriver.Limits(
                (int) number(d, CL_DEVICE_MAX_WORK_GROUP_SIZE),
                (int) Math.min(Integer.MAX_VALUE, number(d, CL_DEVICE_LOCAL_MEM_SIZE)),
                (int) number(d, CL_DEVICE_MAX_COMPUTE_UNITS),
                (number(d, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0,
                text(d, CL_DEVICE_EXTENSIONS).contains("cl_khr_fp64"));
        return new ClDevice(
                platform,
                d,
                name,
                text(platform, CL_PLATFORM_NAME),
                text(d, CL_DRIVER_VERSION) + " " + version,
                number(d, CL_DEVICE_GLOBAL_MEM_SIZE),
                number(d, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                limits,
                problem(d, version));
    }

    /// A device on a processor is for tests and for those who ask for it: the CPU backend is faster.
    DeviceStatus status(String id) {
        String shown = String.format(
                Locale.ROOT,
                "%s, driver %s (%s), %.1f GiB, %d compute units%s",
                name,
                driver,
                platformName,
                memory / (double) (1L << 30),
                limits.units(),
                limits.f64() ? "" : ", no fp64");
        return new DeviceStatus(id, shown, limits.cpu() ? Kind.EMULATED : Kind.GPU, memory, problem);
    }

    private static String problem(cl_device_id d, String version) {
        if (number(d, CL_DEVICE_AVAILABLE) == 0)
            return "its driver says that it is not available; another process may hold it, or it must be reset";
        if (number(d, CL_DEVICE_COMPILER_AVAILABLE) == 0)
            return "its driver has no compiler; install the full OpenCL driver, not the run-time only package";
        if (!since12(version)) return version + " is too old; OpenCL 1.2 is needed: update the driver";
        return null;
    }

    /// Versions read `OpenCL 1.2 some words`.
    static boolean since12(String version) {
        try (var words = new Scanner(version).useDelimiter("[ .]")) {
            if (!words.hasNext() || !words.next().equals("OpenCL") || !words.hasNextInt()) return false;
            int major = words.nextInt();
            return major > 1 || major == 1 && words.hasNextInt() && words.nextInt() >= 2;
        }
    }

    private static long number(cl_device_id d, int what) {
        // Some answers are 4 bytes, some 8: the rest stays zero, and every device here is little-endian.
        var value = new long[1];
        clGetDeviceInfo(d, what, Long.BYTES, Pointer.to(value), null);
        return value[0];
    }

    private static String text(cl_device_id d, int what) {
        var length = new long[1];
        clGetDeviceInfo(d, what, 0, null, length);
        var bytes = new byte[Math.toIntExact(length[0])];
        clGetDeviceInfo(d, what, bytes.length, Pointer.to(bytes), null);
        return trim(bytes);
    }

    private static String text(cl_platform_id p, int what) {
        var length = new long[1];
        clGetPlatformInfo(p, what, 0, null, length);
        var bytes = new byte[Math.toIntExact(length[0])];
        clGetPlatformInfo(p, what, bytes.length, Pointer.to(bytes), null);
        return trim(bytes);
    }

    private static String trim(byte[] zeroTerminated) {
        return new String(zeroTerminated, java.nio.charset.StandardCharsets.UTF_8)
                .replace("\0", "")
                .trim();
    }
}
