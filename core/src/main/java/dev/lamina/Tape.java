package dev.lamina;

import dev.lamina.op.Op;
import dev.lamina.op.Reshape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Reverse-mode differentiation: records the ops that depend on the watched tensors and walks them backwards.
/// Tapes nest, and an inner one's gradients are recorded on the outer, so that gradients of gradients need
/// nothing more. A tape sees the ops of the thread that runs it; many threads differentiate at once.
public final class Tape {
    private static final ScopedValue<Tape> CURRENT = ScopedValue.newInstance();

    private record Node(Op op, List<Tensor> in, List<Tensor> out) {}

    private final Tape outer;
    private final Scope scope = Scope.current();
    private final Set<Tensor> active = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Node> nodes = new ArrayList<>();

    private Tape(Tape outer, List<Tensor> watched) {
        this.outer = outer;
        active.addAll(watched);
    }

    /// The loss, one element, and its gradients with respect to tensors that exist already. Layers train inside
    /// (see `Mode`). All other tensors that `loss` makes are freed, as soon as no gradient needs them any more.
    ///
    /// @throws ShapeException if the loss does not have exactly one element
    public static Gradients gradients(Supplier<Tensor> loss, List<Tensor> of) {
        return Scope.call(() -> {
            var tape = new Tape(current(), of);
            Tensor l = ScopedValue.where(CURRENT, tape).call(() -> Mode.trainUnlessChosen(loss));
            if (l.shape().size() != 1)
                throw new ShapeException(
                        "gradients: the loss must have one element, got " + l.shape() + "; take its mean or sum");
            if (!l.dtype().floating())
                throw new DTypeException("gradients: the loss must be floating-point, got " + l.dtype());
            return new Gradients(l, of, tape.backward(List.of(l), List.of(Tensor.onesLike(l)), of));
        });
    }

    /// The loss and its gradients with respect to parameters.
    public static Gradients gradients(Supplier<Tensor> loss, Collection<Parameter> of) {
        return gradients(loss, of.stream().map(Parameter::value).toList());
    }

    /// The vector-Jacobian products of `f` at `in` with `dOut`, one supplier per input: a gradient for ops that
    /// are defined by other ops. A null in `dOut` stands for zero. A tensor given twice has a gradient for
    /// each.
    public static List<Supplier<Tensor>> pullback(UnaryOperator<List<Tensor>> f, List<Tensor> in, List<Tensor> dOut) {
        return IntStream.range(0, in.size())
                .<Supplier<Tensor>>mapToObj(i -> () -> {
                    // Another handle, seen by an outer tape, tells this input from others with the same tensor.
                    Tensor x = new Reshape(in.get(i).shape()).on(in.get(i));
                    var inputs = new ArrayList<>(in);
                    inputs.set(i, x);
                    var tape = new Tape(current(), List.of(x));
                    List<Tensor> out = ScopedValue.where(CURRENT, tape).call(() -> f.apply(inputs));
                    return tape.backward(out, dOut, List.of(x)).getFirst();
                })
                .toList();
    }

    private static Tape current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /// True if ops are being recorded: what a gradient will need must be kept.
    public static boolean recording() {
        return current() != null;
    }

    /// Runs `body` without recording it.
    static <T> T paused(Supplier<T> body) {
        return current() == null ? body.get() : ScopedValue.where(CURRENT, null).call(body::get);
    }

    static void record(Op op, List<Tensor> in, List<Tensor> out) {
        for (Tape t = current(); t != null; t = t.outer) t.add(op, in, out);
    }

    private void add(Op op, List<Tensor> in, List<Tensor> out) {
        boolean depends = false;
        for (Tensor x : in) depends |= active.contains(x);
        if (!depends) return;
        for (Tensor y : out) if (y.dtype().floating()) active.add(y);
        for (Tensor x : in) Scope.lift(scope, x.storage());
        for (Tensor y : out) Scope.lift(scope, y.storage());
        nodes.add(new Node(op, in, out));
    }

    /// Walks the tape from its end. Without an outer tape, what no earlier step needs is freed on the way.
    private List<Tensor> backward(List<Tensor> out, List<Tensor> dOut, List<Tensor> of) {
        var liveness = new Liveness(outer == null ? scope : null, out);
        for (int i = 0; i < nodes.size(); i++)
            liveness.use(i, nodes.get(i).in(), nodes.get(i).out());
        var gradients = new IdentityHashMap<Tensor, Tensor>();
        for (int i = 0; i < out.size(); i++)
            if (dOut.get(i) != null) accumulate(gradients, liveness, out.get(i), dOut.get(i));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node n = nodes.get(i);
            List<Tensor> dy = new ArrayList<>();
            for (Tensor y : n.out()) dy.add(gradients.remove(y));
            if (Collections.frequency(dy, null) < dy.size()) propagate(n, dy, gradients, liveness);
            for (Tensor g : dy) liveness.drop(g);
            liveness.passed(i, n.in(), n.out(), dy);
            nodes.set(i, null);
        }
        return of.stream()
                .map(x -> gradients.containsKey(x) ? gradients.get(x) : Tensor.zerosLike(x))
                .toList();
    }

    private void propagate(Node n, List<Tensor> dy, IdentityHashMap<Tensor, Tensor> gradients, Liveness liveness) {
        List<Supplier<Tensor>> suppliers = n.op().gradient(n.in(), n.out(), dy);
        for (int j = 0; j < n.in().size(); j++) {
            Tensor x = n.in().get(j);
            if (!active.contains(x)) continue;
            Supplier<Tensor> s = suppliers.get(j);
            Tensor g = outer == null ? Scope.call(s) : s.get();
            if (g == null) continue;
            if (!g.spec().equals(x.spec()))
                throw new LaminaException(n.op().name() + ": its gradient for input " + j + " is " + g.spec()
                        + ", expected " + x.spec() + "; this is a defect of the op");
            accumulate(gradients, liveness, x, g);
        }
    }

    private static void accumulate(IdentityHashMap<Tensor, Tensor> gradients, Liveness liveness, Tensor x, Tensor g) {
        Tensor before = gradients.get(x);
        Tensor sum = before == null ? g : before.add(g);
        gradients.put(x, sum);
        liveness.hold(sum);
        if (before != null) {
            liveness.drop(before);
            liveness.freeIfUnused(before);
            liveness.freeIfUnused(g);
        }
    }
}
