package dev.lamina;

/// An element type that an op does not take; thrown before the device is touched.
public final class DTypeException extends LaminaException {
    private static final long serialVersionUID = 1;

    public DTypeException(String message) {
        super(message);
    }
}
