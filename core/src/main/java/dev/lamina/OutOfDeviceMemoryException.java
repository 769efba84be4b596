package dev.lamina;

/// A device has no room: the message lists requested, live, pooled and total bytes and the largest tensors.
public final class OutOfDeviceMemoryException extends LaminaException {
    private static final long serialVersionUID = 1;

    public OutOfDeviceMemoryException(String message) {
        super(message);
    }
}
