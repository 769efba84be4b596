package dev.lamina;

/// Root of the errors that Lamina throws. The message names the op, the shapes and what to do; when the error
/// arises inside a model, the path of the layer is added, for example `(in layers.3.conv1)`.
public class LaminaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LaminaException(String message) {
        super(LayerPath.locate(message));
    }

    public LaminaException(String message, Throwable cause) {
        super(LayerPath.locate(message), cause);
    }
}
