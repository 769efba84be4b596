package dev.lamina.nn;

import dev.lamina.LayerPath;
import dev.lamina.Tensor;
import java.util.Optional;
import java.util.function.Supplier;

/// The one place where a layer is applied inside another: names the path, and tells whoever watches.
final class Calls {
    /// Sees each call from its beginning to its end.
    interface Watcher {
        Tensor call(Layer layer, Tensor x, Supplier<Tensor> proceed);
    }

    private static final ScopedValue<Watcher> WATCHER = ScopedValue.newInstance();

    private Calls() {}

    static Tensor call(String name, Layer layer, Tensor x) {
        return LayerPath.enter(name, () -> watched(layer, x));
    }

    static Tensor call(String name, Layer layer, Tensor x, Supplier<Tensor> how) {
        return LayerPath.enter(name, () -> WATCHER.isBound() ? WATCHER.get().call(layer, x, how) : how.get());
    }

    /// A layer and the activation after it, in one.
    static Tensor joined(String name, Linear layer, Activation after, Tensor x) {
        return LayerPath.enter(name, () -> layer.apply(x, Optional.of(after.f())));
    }

    static boolean watched() {
        return WATCHER.isBound();
    }

    /// Applies the outermost layer of a model.
    static Tensor root(Watcher watcher, Layer layer, Tensor x) {
        return ScopedValue.where(WATCHER, watcher).call(() -> watched(layer, x));
    }

    private static Tensor watched(Layer layer, Tensor x) {
        return WATCHER.isBound() ? WATCHER.get().call(layer, x, () -> layer.apply(x)) : layer.apply(x);
    }
}
