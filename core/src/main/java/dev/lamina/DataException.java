package dev.lamina;

/// A file or data set that is damaged, truncated or not what it should be; the message says where.
public final class DataException extends LaminaException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
