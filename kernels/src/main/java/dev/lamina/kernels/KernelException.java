package dev.lamina.kernels;

/// A kernel that does not build or a call that the driver refused; the message holds the driver's error or
/// build log.
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public KernelException(String message, Throwable cause) {
        super(message, cause);
    }

    public KernelException(String message) {
        super(message);
    }
}
