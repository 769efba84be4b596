package dev.lamina.cuda;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelException;
import java.util.Set;
import jcuda.driver.CUresult;

/// Turns the driver's result codes into the exceptions that the rest of Lamina knows.
final class CuErrors {
    /// After one of these every call of the process to the device fails: the driver gives it up.
    private static final Set<Integer> LOST = Set.of(
            CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
            CUresult.CUDA_ERROR_LAUNCH_FAILED,
            CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
            CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR);

    private CuErrors() {}

    /// @throws Backend.OutOfMemory if that is the result
    /// @throws KernelException for any other but success
    static void check(int result, String what) {
        if (result == CUresult.CUDA_SUCCESS) return;
        String message = what + ": " + name(result);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) throw new Backend.OutOfMemory(message, null);
        throw new KernelException(message + advice(result));
    }

    private static String advice(int result) {
        if (LOST.contains(result))
            return "; a kernel did what it must not, in this call or one before it, and the device is lost to this"
                    + " process: start it again";
        if (result == CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION)
            return "; the driver is older than the kernels: install driver 525 or newer";
        return "";
    }

    /// Such as `CUDA_ERROR_ILLEGAL_ADDRESS`.
    static String name(int result) {
        return CUresult.stringFor(result);
    }
}
