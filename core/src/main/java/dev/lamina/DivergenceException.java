package dev.lamina;

/// Training produced a loss that is not finite; the message names the step.
public final class DivergenceException extends LaminaException {
    private static final long serialVersionUID = 1;

    public DivergenceException(String message) {
        super(message);
    }
}
