package dev.lamina;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Frees, at its end, every tensor that was made inside it, except those that are returned or kept. Scopes
/// nest; a tensor that is returned or kept belongs to the enclosing scope, or to nobody but the garbage
/// collector if there is none. A scope belongs to the thread that runs it.
public final class Scope {
    private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

    private final Scope parent;
    private final int depth;
    private final Link<Storage.Owner> owned = Link.head();

    private Scope(Scope parent) {
        this.parent = parent;
        this.depth = depth(parent) + 1;
    }

    private static int depth(Scope s) {
        return s == null ? 0 : s.depth;
    }

    /// Runs `body` in a new scope. Tensors in its result are kept: the result itself, or the elements of a
    /// collection, the values of a map, the elements of an array or the components of a public record, at any
    /// depth.
    public static <T> T call(Supplier<T> body) {
        var scope = new Scope(current());
        try {
            T result = ScopedValue.where(CURRENT, scope).call(body::get);
            Reachable.tensorsIn(result, scope::keep);
            return result;
        } finally {
            scope.close();
        }
    }

    /// Runs `body` in a new scope.
    public static void run(Runnable body) {
        call(() -> {
            body.run();
            return null;
        });
    }

    /// Frees the tensors in `left`, as far as the current scope owns them, except those that are in `kept` too:
    /// the state that a long loop leaves behind. Both are searched as the result of `call` is.
    public static void release(Object left, Object kept) {
        Scope scope = current();
        if (scope == null) return;
        var held = Collections.newSetFromMap(new IdentityHashMap<Storage, Boolean>());
        Reachable.tensorsIn(kept, t -> held.add(t.storage()));
        Reachable.tensorsIn(left, t -> {
            if (!held.contains(t.storage())) scope.free(t.storage());
        });
    }

    static Scope current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    static void register(Storage.Owner owner) {
        Scope s = current();
        if (s != null) s.add(owner);
    }

    /// Moves a tensor out of this scope, if it belongs to it, into the enclosing one.
    void keep(Tensor t) {
        Storage.Owner o = t.storage().owner();
        if (o.scope != this) return;
        remove(o);
        if (parent != null) parent.add(o);
    }

    /// Frees a storage ahead of time if it belongs to this scope.
    void free(Storage s) {
        Storage.Owner o = s.owner();
        if (o.scope != this) return;
        remove(o);
        o.release();
    }

    /// Takes a storage out of whatever scope it belongs to: parameters live as long as they are reachable.
    static void disown(Storage s) {
        Scope scope = s.owner().scope;
        if (scope != null) scope.remove(s.owner());
    }

    /// Moves a storage from a scope nested in `scope` into it: what a tape has recorded must outlive inner
    /// scopes.
    static void lift(Scope scope, Storage s) {
        Storage.Owner o = s.owner();
        if (depth(o.scope) <= depth(scope)) return;
        o.scope.remove(o);
        if (scope != null) scope.add(o);
    }

    private void add(Storage.Owner o) {
        owned.add(o.inScope);
        o.scope = this;
    }

    private void remove(Storage.Owner o) {
        o.inScope.leave();
        o.scope = null;
    }

    private void close() {
        for (Storage.Owner o; (o = owned.first()) != null; o.release()) remove(o);
    }

    /// For tests: how many buffers the current scope owns.
    static int size() {
        Scope s = current();
        if (s == null) return 0;
        int[] count = new int[1];
        s.owned.forEach(_ -> count[0]++);
        return count[0];
    }

    /// Finds the tensors in the usual containers.
    private static final class Reachable {
        /// Asking a class for them takes longer than a small op.
        private static final ClassValue<List<Method>> ACCESSORS = new ClassValue<>() {
            @Override
            protected List<Method> computeValue(Class<?> type) {
                return Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getAccessor)
                        .filter(Method::trySetAccessible)
                        .toList();
            }
        };

        private Reachable() {}

        static void tensorsIn(Object value, java.util.function.Consumer<Tensor> found) {
            switch (value) {
                case null -> {}
                case Tensor t -> found.accept(t);
                case java.util.Collection<?> all -> all.forEach(v -> tensorsIn(v, found));
                case Map<?, ?> map -> map.values().forEach(v -> tensorsIn(v, found));
                case Object[] array -> {
                    for (Object v : array) tensorsIn(v, found);
                }
                case Record r -> components(r, found);
                default -> {}
            }
        }

        private static void components(Record r, java.util.function.Consumer<Tensor> found) {
            for (Method accessor : ACCESSORS.get(r.getClass())) {
                try {
                    tensorsIn(accessor.invoke(r), found);
                } catch (ReflectiveOperationException e) {
                    throw new LaminaException("scope: cannot read " + accessor + " of a returned record", e);
                }
            }
        }
    }
}
