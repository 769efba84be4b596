package dev.lamina;

/// A device that is absent or unusable, or an op whose tensors are on different devices.
public final class DeviceException extends LaminaException {
    private static final long serialVersionUID = 1;

    public DeviceException(String message) {
        super(message);
    }

    DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
