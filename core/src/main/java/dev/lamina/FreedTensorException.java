package dev.lamina;

/// A tensor was used after the scope that owned it closed.
public final class FreedTensorException extends LaminaException {
    private static final long serialVersionUID = 1;

    public FreedTensorException(String message) {
        super(message);
    }
}
