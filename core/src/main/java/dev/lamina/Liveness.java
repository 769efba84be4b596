package dev.lamina;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Tells, while a tape is walked backwards, when a storage is needed by nobody any more, and frees it then:
/// peak memory follows the last use and not the end of the scope. A storage is in use while a gradient lies in
/// it or a node that is still to be visited mentions it.
final class Liveness {
    private static final int NEVER = Integer.MAX_VALUE;

    private final Scope scope;
    private final List<Tensor> kept;
    private final Map<Storage, Integer> firstUse = new IdentityHashMap<>();
    private final Map<Storage, Integer> gradients = new IdentityHashMap<>();
    private int current = NEVER;

    /// @param scope the scope whose storages may be freed; null to free nothing
    /// @param kept tensors to leave alone
    Liveness(Scope scope, List<Tensor> kept) {
        this.scope = scope;
        this.kept = kept;
    }

    /// Node `index` mentions these tensors; called in ascending order.
    void use(int index, List<Tensor> in, List<Tensor> out) {
        for (Tensor t : in) firstUse.putIfAbsent(t.storage(), index);
        for (Tensor t : out) firstUse.putIfAbsent(t.storage(), index);
    }

    /// A gradient lies in this tensor.
    void hold(Tensor g) {
        gradients.merge(g.storage(), 1, Integer::sum);
    }

    /// It is needed no longer; null is ignored.
    void drop(Tensor g) {
        if (g != null) gradients.computeIfPresent(g.storage(), (_, n) -> n == 1 ? null : n - 1);
    }

    /// Node `index` has been visited with these output gradients.
    void passed(int index, List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        current = index;
        in.forEach(this::freeIfUnused);
        out.forEach(this::freeIfUnused);
        dOut.forEach(this::freeIfUnused);
    }

    void freeIfUnused(Tensor t) {
        if (scope == null || t == null) return;
        Storage s = t.storage();
        if (gradients.containsKey(s) || firstUse.getOrDefault(s, NEVER) < current) return;
        for (Tensor k : kept) if (k.storage() == s) return;
        scope.free(s);
    }
}
