package dev.lamina.opencl;

import static org.jocl.CL.CL_INVALID_BUFFER_SIZE;
import static org.jocl.CL.CL_MEM_OBJECT_ALLOCATION_FAILURE;
import static org.jocl.CL.CL_OUT_OF_HOST_MEMORY;
import static org.jocl.CL.CL_OUT_OF_RESOURCES;
import static org.jocl.CL.stringFor_errorCode;

import dev.lamina.backend.Backend;
import dev.lamina.kernels.KernelException;
import org.jocl.CLException;

/// Turns a driver's error code into the exception that the rest of Lamina knows.
final class ClErrors {
    private ClErrors() {}

    /// An error where memory may be what is missing: drivers allocate at the first use of a buffer, not before.
    static RuntimeException atUse(String what, CLException e) {
        return switch (e.getStatus()) {
            case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, CL_INVALID_BUFFER_SIZE ->
                new Backend.OutOfMemory(message(what, e), e);
            default -> failed(what, e);
        };
    }

    static KernelException failed(String what, CLException e) {
        return new KernelException(message(what, e), e);
    }

    /// Such as `CL_OUT_OF_RESOURCES`.
    static String name(CLException e) {
        return stringFor_errorCode(e.getStatus());
    }

    private static String message(String what, CLException e) {
        return what + ": " + name(e);
    }
}
