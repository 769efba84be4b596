package dev.lamina;

import java.util.function.Supplier;

/// The path of the layer that is being applied on this thread, such as `features.3.conv`: it names the place in
/// error messages and in the list of largest tensors when memory runs out.
public final class LayerPath {
    private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private LayerPath() {}

    /// The current path, empty outside a model.
    public static String current() {
        return CURRENT.isBound() ? CURRENT.get() : "";
    }

    /// Runs `body` with `name` appended to the path.
    public static <T> T enter(String name, Supplier<T> body) {
        String path = CURRENT.isBound() ? CURRENT.get() + "." + name : name;
        return ScopedValue.where(CURRENT, path).call(body::get);
    }

    static String locate(String message) {
        return CURRENT.isBound() ? message + " (in " + CURRENT.get() + ")" : message;
    }
}
