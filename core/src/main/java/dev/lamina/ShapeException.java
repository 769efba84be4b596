package dev.lamina;

/// Shapes that do not fit an op; thrown before the device is touched.
public final class ShapeException extends LaminaException {
    private static final long serialVersionUID = 1;

    public ShapeException(String message) {
        super(message);
    }
}
