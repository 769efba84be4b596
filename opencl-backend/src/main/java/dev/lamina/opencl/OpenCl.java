package dev.lamina.opencl;

import static org.jocl.CL.CL_DEVICE_NOT_FOUND;
import static org.jocl.CL.CL_DEVICE_TYPE_ALL;
import static org.jocl.CL.CL_PLATFORM_NOT_FOUND_KHR;
import static org.jocl.CL.clGetDeviceIDs;
import static org.jocl.CL.clGetPlatformIDs;

import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/// The OpenCL of this machine, looked at once: its devices, or the reason why there is none.
///
/// @param problem null if there is at least one device
record OpenCl(List<ClDevice> devices, String problem) {
    private static final class Once {
        static final OpenCl FOUND = find();
    }

    static OpenCl found() {
        return Once.FOUND;
    }

    /// A missing loader is an `UnsatisfiedLinkError` the first time and a `NoClassDefFoundError` ever after, so
    /// the first answer is kept.
    private static OpenCl find() {
        try (var _ = SignalHandlers.kept()) {
            // Of the whole JVM, as JOCL knows it no other way: errors become exceptions that name the error.
            CL.setExceptionsEnabled(true);
            return ofPlatforms();
        } catch (LinkageError e) {
            return none("the OpenCL loader cannot be loaded (" + firstLine(e.getMessage())
                    + "); install your GPU's driver and an ICD loader (Debian: apt install ocl-icd-libopencl1)");
        } catch (CLException e) {
            return none("OpenCL failed with " + firstLine(e.getMessage()) + "; `clinfo` shows what is installed");
        }
    }

    private static OpenCl ofPlatforms() {
        var platforms = platforms();
        if (platforms.length == 0)
            return none("there is an OpenCL loader but no platform; install your GPU's OpenCL driver (to run on the "
                    + "CPU: apt install pocl-opencl-icd), and check OCL_ICD_VENDORS if it is set");
        var devices = new ArrayList<ClDevice>();
        for (var p : platforms) for (var d : devices(p)) devices.add(ClDevice.of(p, d));
        if (devices.isEmpty())
            return none("there are " + platforms.length + " OpenCL platforms but no device; check that the driver "
                    + "sees the GPU (`clinfo`) and that this user may open it (group video or render)");
        return new OpenCl(List.copyOf(devices), null);
    }

    private static OpenCl none(String problem) {
        return new OpenCl(List.of(), problem);
    }

    private static cl_platform_id[] platforms() {
        try {
            var count = new int[1];
            clGetPlatformIDs(0, null, count);
            var platforms = new cl_platform_id[count[0]];
            if (count[0] > 0) clGetPlatformIDs(platforms.length, platforms, null);
            return platforms;
        } catch (CLException e) {
            if (e.getStatus() == CL_PLATFORM_NOT_FOUND_KHR) return new cl_platform_id[0];
            throw e;
        }
    }

    private static cl_device_id[] devices(cl_platform_id platform) {
        try {
            var count = new int[1];
            clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, null, count);
            var devices = new cl_device_id[count[0]];
            if (count[0] > 0) clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, devices.length, devices, null);
            return devices;
        } catch (CLException e) {
            if (e.getStatus() == CL_DEVICE_NOT_FOUND) return new cl_device_id[0];
            throw e;
        }
    }

    private static String firstLine(String s) {
        return s == null ? "no message" : s.strip().lines().findFirst().orElse("");
    }
}
