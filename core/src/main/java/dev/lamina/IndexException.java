package dev.lamina;

/// An index or label outside its range; the message names the position, the value and the range.
public final class IndexException extends LaminaException {
    private static final long serialVersionUID = 1;

    public IndexException(String message) {
        super(message);
    }
}
